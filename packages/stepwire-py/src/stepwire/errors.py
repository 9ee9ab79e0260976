from typing import Any, Literal, NamedTuple, TypeAlias

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


ArchiveErrorCode: TypeAlias = Literal[
    "bad_magic",
    "newer_version",
    "cut_off",
    "malformed",
    "checksum",
    "too_large",
    "unknown_codec",
]
"""What is wrong in an archive. docs/archive-format.md explains each code."""


class ArchiveGap(NamedTuple):
    """What a reader skipped that continues after an error."""

    start: int
    """The offset of the first byte."""
    end: int
    """The offset after the last byte."""
    first_document: int
    """The number of the first lost document, counted from 1."""
    last_document: int | None
    """The number of the last lost document, one less than the first if none is lost; None if it
    is unknown."""


class ArchiveError(ValueError):
    """An archive is damaged. Everything before the damage was returned."""

    code: ArchiveErrorCode
    """What is wrong."""
    offset: int
    """The offset of the damaged part in the input."""
    document: int
    """The number of the next document, counted from 1."""
    gap: ArchiveGap | None
    """What was skipped, if the reader continues."""

    def __init__(
        self,
        code: ArchiveErrorCode,
        offset: int,
        document: int,
        message: str,
        gap: tuple[int, int, int, int | None] | None,
    ) -> None:
        super().__init__(f"{code} at byte {offset}, document {document}: {message}")
        self.code = code
        self.offset = offset
        self.document = document
        self.message = message
        self.gap = None if gap is None else ArchiveGap(*gap)

    def __reduce__(self) -> tuple[type["ArchiveError"], tuple[Any, ...]]:
        place = (self.code, self.offset, self.document)
        return ArchiveError, (*place, self.message, self.gap)
