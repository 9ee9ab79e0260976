from typing import Any

from .conversion import Code


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
