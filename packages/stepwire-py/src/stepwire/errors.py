from typing import Any

from .conversion import AccumulationCode, Code


class StepwireError(ValueError):
    """A document was refused, and nothing of it was converted.

    It never contains any part of the document except names of its members.
    """

    code: Code
    """What is wrong."""
    pointer: str
    """Where in the JSON, as a JSON Pointer (RFC 6901); with the name of a member that is missing.
    Empty for the whole document."""
    offset: int | None
    """Where in the document, in bytes; None if it is the size that was refused."""

    def __init__(self, code: Code, pointer: str, offset: int | None) -> None:
        place = "the document" if pointer == "" else pointer
        where = "" if offset is None else f" (byte {offset})"
        super().__init__(f"{code} at {place}{where}")
        self.code = code
        self.pointer = pointer
        self.offset = offset

    def __reduce__(self) -> tuple[type["StepwireError"], tuple[Any, ...]]:
        return type(self), (self.code, self.pointer, self.offset)


class DocumentError(StepwireError):
    """A document of a batch was refused."""

    number: int
    """The number of its line, message or array element, counted from 1."""
    start: int
    """Where the document begins in the input, in bytes."""

    def __init__(
        self, code: Code, pointer: str, offset: int | None, number: int, start: int
    ) -> None:
        super().__init__(code, pointer, offset)
        self.args = (f"document {number} at byte {start}: {self.args[0]}",)
        self.number = number
        self.start = start

    def __reduce__(self) -> tuple[type["StepwireError"], tuple[Any, ...]]:
        return type(self), (self.code, self.pointer, self.offset, self.number, self.start)


class EventError(StepwireError):
    """A server-sent event, or an event message, was refused.

    The pointer is into the document ``{"event": name, "data": payload}``.
    """

    index: int
    """How many events of the stream are before it."""

    def __init__(self, code: Code, pointer: str, offset: int | None, index: int) -> None:
        super().__init__(code, pointer, offset)
        self.args = (f"event {index}: {self.args[0]}",)
        self.index = index

    def __reduce__(self) -> tuple[type["StepwireError"], tuple[Any, ...]]:
        return type(self), (self.code, self.pointer, self.offset, self.index)


class AccumulationError(ValueError):
    """An event was refused by an ``Accumulator``, whose objects are unchanged.

    It never contains any part of the event except names of its members.
    """

    code: AccumulationCode
    """What is wrong."""
    type_name: str
    """The full name of the object's type; empty if the input is not an event."""
    object_id: str
    """The identifier of the object."""
    pointer: str
    """Where in the object, as a JSON Pointer (RFC 6901)."""
    expected: str
    """What was expected there."""
    found: str
    """What was found."""

    def __init__(
        self,
        code: AccumulationCode,
        type_name: str,
        object_id: str,
        pointer: str,
        expected: str,
        found: str,
    ) -> None:
        place = f" at {pointer!r} of {type_name} {object_id!r}" if type_name else ""
        reason = f": expected {expected}, found {found}" if expected or found else ""
        super().__init__(f"{code}{place}{reason}")
        self.code = code
        self.type_name = type_name
        self.object_id = object_id
        self.pointer = pointer
        self.expected = expected
        self.found = found

    def __reduce__(self) -> tuple[type["AccumulationError"], tuple[Any, ...]]:
        place = (self.code, self.type_name, self.object_id, self.pointer)
        return AccumulationError, (*place, self.expected, self.found)
