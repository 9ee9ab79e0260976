from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import NamedTuple

from .compression import Decompressor, Encoding
from .errors import Refusal, StreamFailure, StreamFormatError
from .history import History, Part, Texts
from .restore import Restorer
from .wire import (
    ARM_COPIES,
    ARM_SHIFT,
    CONTROL_ALIVE,
    CONTROL_END,
    CONTROL_FAILURE,
    CONTROL_HEAD,
    CONTROL_JUMP,
    FIELD_NUMBERS,
    FORM_SHIFT,
    FORM_SLOT,
    HEAD_SHAPE,
    HEAD_SHIFT,
    HEAD_TEXT,
    KIND_EVENT,
    KIND_MASK,
    KIND_PAYLOAD,
    KIND_VALUES,
    MAGIC,
    MAX_COPIES,
    MAX_FIELDS,
    MAX_VALUES,
    MAX_VARINT,
    MAX_VARINT_BYTES,
    VERSION,
    Shape,
)


class Event(NamedTuple):
    """An event of a stream."""

    number: int
    """Greater than that of the event before."""
    data: bytes
    """The event message in binary."""


@dataclass(frozen=True)
class StreamLimits:
    """What a reader accepts at most."""

    max_event_bytes: int = 16 * 1024 * 1024
    """The size of an event."""
    max_state_bytes: int = 1024 * 1024
    """The size of the payloads to remember, with 64 bytes for each type of payload."""
    max_block_bytes: int = 1024 * 1024
    max_expansion: int = 1000
    """The decompressed stream, and all events together, may have ``max_block_bytes`` plus so
    many times the size of the input."""

    def __post_init__(self) -> None:
        for field in fields(self):
            limit = getattr(self, field.name)
            if not isinstance(limit, int) or limit < 0:
                raise ValueError(f"{field.name} is an integer of at least 0, not {limit!r}")


class _Incomplete(Exception):  # noqa: N818 - never leaves the module
    """The end of a record has not arrived."""


class StreamReader:
    """Restores the events of a stream from chunks of any size."""

    def __init__(self, encoding: Encoding, first_number: int, limits: StreamLimits) -> None:
        self._decompressor = Decompressor(encoding)
        self._limits = limits
        self._restorer = Restorer(limits.max_event_bytes, limits.max_state_bytes)
        self._shape = Shape()
        self._history = History()
        self._texts = Texts()
        self._number = first_number
        """Number of the next event, unless the stream jumps."""
        self._buffer = bytearray()
        self._position = 0
        """In the buffer. A record that is incomplete is read again from its start."""
        self._offset = 0
        """Of the current record in the stream."""
        self._is_started = False
        self._is_ended = False
        # The sizes of the input, of the decompressed stream, and of all events.
        self._read = self._decompressed = self._restored = 0

    def read(self, chunk: bytes) -> Iterator[Event]:
        """Returns the events that are complete with another chunk.

        Raises:
            StreamFormatError: The stream is malformed, or exceeds a limit.
            StreamFailure: The writer reported a failure.
        """
        self._read += len(chunk)
        try:
            for data in self._decompressor.decompress(chunk):
                self._decompressed += len(data)
                self._check_expansion(self._decompressed)
                self._buffer += data
                yield from self._events()
        except Refusal as refusal:
            raise self._error(refusal) from refusal.__cause__

    def finish(self) -> None:
        """Checks that the stream has ended.

        Raises:
            StreamFormatError: The end is missing.
        """
        if not self._is_ended:
            found = "the end of the input"
            if self._buffer:
                found += f" within a record, after {len(self._buffer)} bytes of it"
            raise self._error(Refusal("cut_off", "the end mark", found))

    def _error(self, refusal: Refusal) -> StreamFormatError:
        return StreamFormatError(
            refusal.code, self._offset, self._number, refusal.expected, refusal.found
        )

    def _events(self) -> Iterator[Event]:
        while self._buffer:
            self._position = 0
            try:
                event = self._record()
            except _Incomplete:
                return
            self._offset += self._position
            del self._buffer[: self._position]
            if event is not None:
                self._number += 1
                yield event

    def _record(self) -> Event | None:
        """Reads a record. Returns None if it has no event."""
        if self._is_ended:
            expected = "the end of the input after the end mark"
            raise Refusal("trailing_bytes", expected, "more bytes")
        if not self._is_started:
            self._read_header()
            return None
        head = self._varint()
        if head == CONTROL_HEAD:
            self._read_control()
            return None
        has_shape = bool(head & HEAD_SHAPE)
        shape, parts = self._read_shape() if has_shape else (self._shape, [])
        number = head >> HEAD_SHIFT
        if head & HEAD_TEXT:
            body = self._take_text(number, shape, parts)
        else:
            body = self._take_body(number, shape, parts)
        self._shape = shape
        data = self._restorer.restore(shape, has_shape, body)
        self._restored += len(data)
        self._check_expansion(self._restored)
        return Event(self._number, data)

    def _read_header(self) -> None:
        start = bytes(self._buffer[:4])
        if start[: len(MAGIC)] != MAGIC[: len(start)]:
            found = start.hex(" ")
            if start.startswith(b"\x1f\x8b"):
                found += ", which is gzip"
            elif start == b"\x28\xb5\x2f\xfd":
                found += ", which is zstd"
            raise Refusal("bad_magic", f"the bytes {MAGIC.hex(' ')}", found)
        self._take(len(MAGIC))
        version = self._varint()
        if version > VERSION:
            expected = f"version {VERSION} of the format"
            raise Refusal("newer_version", expected, f"version {version}")
        if version == 0:
            raise Refusal("malformed", "a version", "0")
        self._read_number()
        self._is_started = True

    def _read_control(self) -> None:
        code = self._varint()
        if code == CONTROL_END:
            self._is_ended = True
            self._restorer.clear()
            self._history = History()
        elif code == CONTROL_JUMP:
            self._read_number()
        elif code == CONTROL_FAILURE:
            size = self._varint()
            self._check_size(size, "the description of a failure")
            raise StreamFailure(self._take(size))
        elif code != CONTROL_ALIVE:
            raise Refusal("malformed", "a control record", f"the code {code}")

    def _read_number(self) -> None:
        """Reads the number of the next event."""
        number = self._varint()
        if number < self._number:
            expected = f"an event number of at least {self._number}"
            raise Refusal("number_order", expected, str(number))
        self._number = number

    def _read_shape(self) -> tuple[Shape, list[Part]]:
        """Reads a shape, and which parts of the body are copied."""
        first = self._varint()
        arm = first >> ARM_SHIFT
        shape = Shape() if arm == 0 else self._read_form(arm)
        return shape, self._read_parts() if first & ARM_COPIES else []

    def _read_form(self, arm: int) -> Shape:
        form = self._varint()
        slot = self._varint() if form & FORM_SLOT else arm
        if arm >= FIELD_NUMBERS or slot >= FIELD_NUMBERS:
            raise Refusal("malformed", "a field number", str(max(arm, slot)))
        content = form >> FORM_SHIFT
        kind = form & KIND_MASK
        if kind == KIND_VALUES:
            if not 1 <= content <= MAX_VALUES:
                raise Refusal("malformed", f"1 to {MAX_VALUES} changed values", str(content))
            return Shape(arm, slot, kind, paths=tuple(self._varint() for _ in range(content)))
        if kind not in (KIND_EVENT, KIND_PAYLOAD):
            raise Refusal("malformed", "a kind of shape", str(kind))
        if content >= 1 << MAX_FIELDS:
            raise Refusal("malformed", f"a mask of {MAX_FIELDS} fields", "a larger one")
        return Shape(arm, slot, kind, mask=content)

    def _read_parts(self) -> list[Part]:
        count = self._varint()
        if not 1 <= count <= MAX_COPIES:
            raise Refusal("malformed", f"1 to {MAX_COPIES} copies", str(count))
        size = self._history.size
        copied = 0
        parts = []
        for _ in range(count):
            part = Part(self._varint(), self._varint(), self._varint())
            if part.length < 1:
                raise Refusal("malformed", "a copy of at least one byte", "an empty copy")
            if part.distance > size or part.length > part.distance:
                expected = f"a copy from the last {size} bytes"
                found = f"{part.length} bytes that start {part.distance} back"
                raise Refusal("missing_reference", expected, found)
            copied += part.length
            self._check_size(copied, "an event")
            parts.append(part)
        return parts

    def _take_text(self, place: int, shape: Shape, parts: list[Part]) -> bytes:
        """Returns the text in a place, which is the body of an event."""
        if not shape.has_one_value or parts:
            expected = "a text as the only value of an event"
            raise Refusal("malformed", expected, "another shape")
        text = self._texts.get(place)
        if text is None:
            raise Refusal("missing_reference", f"a text with the number {place}", "none")
        self._history.add(text)
        return text

    def _take_body(self, number: int, shape: Shape, parts: list[Part]) -> bytes:
        """Returns the body of an event, from its size + 1."""
        if number == 0:
            raise Refusal("malformed", "a control record or a size", "a head without a size")
        size = number - 1
        self._check_size(size + sum(part.length for part in parts), "an event")
        before = sum(part.gap for part in parts)
        if before > size:
            expected = f"a body of at least {before} bytes"
            raise Refusal("malformed", expected, f"{size} bytes")
        written = self._take(size)
        body = self._history.insert(written, parts) if parts else written
        if shape.has_one_value:
            self._texts.add(body)
        self._history.add(written)
        return body

    def _varint(self) -> int:
        value = shift = 0
        start = self._position
        for byte in self._buffer[start : start + MAX_VARINT_BYTES]:
            self._position += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80 and value <= MAX_VARINT:
                return value
            if byte < 0x80:
                break
            shift += 7
        else:
            if len(self._buffer) < start + MAX_VARINT_BYTES:
                raise _Incomplete
        raise Refusal("malformed", "a varint of up to 2^53 - 1", "a larger one")

    def _take(self, size: int) -> bytes:
        start = self._position
        if len(self._buffer) < start + size:
            raise _Incomplete
        self._position += size
        return bytes(self._buffer[start : self._position])

    def _check_size(self, size: int, what: str) -> None:
        most = self._limits.max_event_bytes
        if size > most:
            raise Refusal("too_large", f"{what} of at most {most} bytes", f"{size} bytes")

    def _check_expansion(self, size: int) -> None:
        most = self._limits.max_block_bytes + self._limits.max_expansion * self._read
        if size > most:
            expected = f"at most {most} bytes from {self._read} bytes of input"
            raise Refusal("expands_too_much", expected, f"{size} bytes")
