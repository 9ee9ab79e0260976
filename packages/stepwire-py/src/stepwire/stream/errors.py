from typing import Literal

StreamErrorCode = Literal[
    "bad_magic",
    "newer_version",
    "cut_off",
    "trailing_bytes",
    "malformed",
    "missing_reference",
    "number_order",
    "too_large",
    "state_too_large",
    "expands_too_much",
    "malformed_compression",
]
"""What is wrong with a stream; docs/stream-format.md explains each code."""


class StreamFormatError(ValueError):
    """A stream is malformed or exceeds a limit. All events before it are complete."""

    code: StreamErrorCode
    offset: int
    """Offset of the record in the decompressed stream, in bytes."""
    event: int
    """Number of the event that would have been next."""
    expected: str
    found: str

    def __init__(
        self, code: StreamErrorCode, offset: int, event: int, expected: str, found: str
    ) -> None:
        place = f"offset {offset}, event {event}"
        super().__init__(f"{code} in the stream ({place}): expected {expected}, found {found}")
        self.code = code
        self.offset = offset
        self.event = event
        self.expected = expected
        self.found = found

    def __reduce__(
        self,
    ) -> tuple[type["StreamFormatError"], tuple[StreamErrorCode, int, int, str, str]]:
        return type(self), (self.code, self.offset, self.event, self.expected, self.found)


class StreamFailure(Exception):  # noqa: N818 - it is no error of the reader
    """The writer of the stream ended it with a failure. All events before it are complete."""

    detail: bytes
    """Describes the failure. The transport defines its meaning."""

    def __init__(self, detail: bytes) -> None:
        super().__init__("the writer of the stream reported a failure")
        self.detail = detail

    def __reduce__(self) -> tuple[type["StreamFailure"], tuple[bytes]]:
        return type(self), (self.detail,)


class Refusal(Exception):  # noqa: N818 - never leaves the package
    """The reason of a ``StreamFormatError``, without the place."""

    def __init__(self, code: StreamErrorCode, expected: str, found: str) -> None:
        super().__init__(code)
        self.code = code
        self.expected = expected
        self.found = found
