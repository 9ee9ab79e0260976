from collections.abc import Iterable
from typing import Any, NamedTuple, cast

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from ..json.v1.stream_pb2 import repeats_fields
from .compression import Compressor, Encoding
from .difference import Changes, Difference, compare
from .history import CopyFinder, History, Part, Texts
from .layout import Layout
from .wire import (
    ARM_COPIES,
    ARM_SHIFT,
    CONTROL_ALIVE,
    CONTROL_END,
    CONTROL_FAILURE,
    CONTROL_HEAD,
    CONTROL_JUMP,
    FORM_SHIFT,
    FORM_SLOT,
    HEAD_SHAPE,
    HEAD_SHIFT,
    HEAD_TEXT,
    KIND_EVENT,
    KIND_PAYLOAD,
    KIND_VALUES,
    MAGIC,
    MAX_VARINT,
    VERSION,
    Field,
    Shape,
    Span,
    State,
    locate,
    read_fields,
    write_varint,
)


class StreamWriter:
    """Writes event messages as a stream. Each method returns the bytes to send.

    Args:
        message: The class of the events, such as ``StreamEvent``. Its options say which payloads
            repeat their fields.
        first_number: Number of the first event.
        max_state_bytes: Maximum size of the payloads to remember. It must not be larger than
            that of the readers.
        encoding: How the stream is compressed.
    """

    def __init__(
        self,
        message: type[Message],
        *,
        first_number: int = 1,
        max_state_bytes: int = 1024 * 1024,
        encoding: Encoding = "identity",
    ) -> None:
        _check_number(first_number, 0)
        # The type also names the class of the C extension, which has the same members.
        self._arms = _repeating_arms(cast(Descriptor, message.DESCRIPTOR))
        self._state = State(max_state_bytes)
        self._compressor = Compressor(encoding)
        self._number = first_number
        self._shape = Shape()
        self._layout = Layout()
        self._is_layout_valid = False
        """Whether the next event may have the same changed values."""
        self._history = History()
        self._copies = CopyFinder(self._history)
        self._texts = Texts()
        self._output = bytearray()
        self._is_started = False
        self._is_ended = False

    @property
    def number(self) -> int:
        """Number of the next event."""
        return self._number

    def write(self, events: Iterable[bytes], number: int | None = None) -> bytes:
        """Writes events that came together. They are numbered consecutively.

        Args:
            events: The event messages, in binary.
            number: Number of the first of them; one more than the last number by default.

        Raises:
            ValueError: The number is less than ``number`` of the writer.
        """
        first = self._number if number is None else number
        _check_number(first, self._number)
        block = list(events)
        if block:
            _check_number(first + len(block) - 1, self._number)
        self._start()
        if first > self._number and block:
            self._control(CONTROL_JUMP, first)
            self._number = first
        for event in block:
            self._write(bytes(event))
        self._number += len(block)
        return self._compressor.block(self._take())

    def alive(self) -> bytes:
        """Writes a record without content, which shows that the stream is alive."""
        self._start()
        self._control(CONTROL_ALIVE)
        return self._compressor.block(self._take())

    def end(self) -> bytes:
        """Ends the stream."""
        self._start()
        self._control(CONTROL_END)
        return self._finish()

    def fail(self, detail: bytes) -> bytes:
        """Ends the stream with a failure. The transport defines the meaning of the bytes."""
        self._start()
        self._control(CONTROL_FAILURE, len(detail))
        self._output += detail
        return self._finish()

    def _start(self) -> None:
        if self._is_ended:
            raise ValueError("the stream has ended")
        if not self._is_started:
            self._is_started = True
            self._output += MAGIC
            self._varint(VERSION)
            self._varint(self._number)

    def _finish(self) -> bytes:
        self._is_ended = True
        self._state.clear()
        self._history = History()
        return self._compressor.end(self._take())

    def _take(self) -> bytes:
        output = bytes(self._output)
        self._output.clear()
        return output

    def _varint(self, value: int) -> None:
        self._output += write_varint(value)

    def _control(self, *numbers: int) -> None:
        self._varint(CONTROL_HEAD)
        for number in numbers:
            self._varint(number)

    def _write(self, event: bytes) -> None:
        if self._is_layout_valid and self._write_like_last(event):
            return
        self._is_layout_valid = False
        found = self._find_payload(event)
        if found is None:
            self._write_body(Shape(), event)
            return
        number, arm, span, fields, is_whole = found
        payload = event[span.start : span.end]
        before = self._state.get(arm.slot)
        difference = compare(event, fields, before)
        if is_whole and difference.mask and before is not None:
            changes = Changes(event, fields, before, arm.message)
            if changes.paths:
                paths = tuple(changes.paths)
                self._write_values(
                    Shape(number, arm.slot, KIND_VALUES, paths=paths), changes.values
                )
                self._state.set(arm.slot, payload)
                self._is_layout_valid = not changes.has_messages
                if self._is_layout_valid:
                    self._find_layout(arm.slot, paths)
                return
        kind = KIND_PAYLOAD if is_whole else KIND_EVENT
        self._write_fields(Shape(number, arm.slot, kind, difference.mask), event, span, difference)
        self._state.set(arm.slot, payload)

    def _find_layout(self, slot: int, paths: tuple[int, ...]) -> None:
        before = self._state.get(slot)
        assert before is not None
        self._layout.find(before, paths)

    def _write_like_last(self, event: bytes) -> bool:
        """Writes an event with the shape of the last one, if only the same values have changed."""
        shape = self._shape
        before = self._state.get(shape.slot)
        span = locate(event, Field(shape.arm, 0, len(event)))
        if (
            before is None
            or span is None
            or not self._state.fits(shape.slot, span.end - span.start)
        ):
            return False
        payload = event[span.start :]
        values = self._layout.match(before.data, payload)
        if values is None:
            return False
        self._write_values(shape, values)
        self._state.set(shape.slot, payload)
        self._layout.move()
        return True

    def _find_payload(self, event: bytes) -> "_Found | None":
        """Finds the payload of an event that can be remembered."""
        fields = read_fields(event, 0, len(event)) or []
        for field in fields:
            arm = self._arms.get(field.number)
            span = None if arm is None else locate(event, field)
            if arm is None or span is None:
                continue
            inner = read_fields(event, span.start, span.end)
            if inner is not None and self._state.fits(arm.slot, span.end - span.start):
                return _Found(field.number, arm, span, inner, len(fields) == 1)
        return None

    def _write_values(self, shape: Shape, values: list[bytes]) -> None:
        """Writes the values that differ from the previous payload."""
        *others, last = values
        if not others:
            self._write_text(shape, last)
            return
        sized = [part for value in others for part in (write_varint(len(value)), value)]
        self._write_body(shape, b"".join([*sized, last]))

    def _write_text(self, shape: Shape, text: bytes) -> None:
        """Writes the only changed value, or the place of an equal one."""
        place = self._texts.find(text)
        if place is None:
            self._texts.add(text)
            self._write_body(shape, text)
        else:
            self._head(shape, place << HEAD_SHIFT | HEAD_TEXT, [])
            self._history.add(text)

    def _write_fields(self, shape: Shape, event: bytes, span: Span, difference: Difference) -> None:
        """Writes the event or the payload without the fields that the previous payload has."""
        parts = []
        position = span.start
        for field in difference.kept:
            parts.append(event[position : field.start])
            position = field.end
        parts.append(event[position : span.end])
        body = b"".join(parts)
        if shape.kind == KIND_EVENT:
            body = event[: span.size_at] + write_varint(len(body)) + body + event[span.end :]
        self._write_body(shape, body)

    def _write_body(self, shape: Shape, body: bytes) -> None:
        """Writes the head and the shape of an event, and its body without what is copied."""
        parts = self._copies.find(body)
        size = len(body) - sum(part.length for part in parts)
        self._head(shape, size + 1 << HEAD_SHIFT, parts)
        position = 0
        for part in parts:
            gap = body[position : position + part.gap]
            self._output += gap
            self._history.add(gap)
            position += part.gap + part.length
        self._output += body[position:]
        self._history.add(body[position:])

    def _head(self, shape: Shape, head: int, parts: list[Part]) -> None:
        """Writes the head of an event, and its shape if it differs or if parts are copied."""
        if not parts and shape == self._shape:
            self._varint(head)
            return
        self._shape = shape
        self._varint(head | HEAD_SHAPE)
        self._varint(shape.arm << ARM_SHIFT | (ARM_COPIES if parts else 0))
        if shape.arm:
            content = len(shape.paths) if shape.kind == KIND_VALUES else shape.mask
            slot_flag = 0 if shape.slot == shape.arm else FORM_SLOT
            self._varint(content << FORM_SHIFT | slot_flag | shape.kind)
            if slot_flag:
                self._varint(shape.slot)
            for path in shape.paths:
                self._varint(path)
        if parts:
            self._varint(len(parts))
        for part in parts:
            for number in part:
                self._varint(number)


class _Arm(NamedTuple):
    """A field of an event message whose payloads repeat their fields."""

    slot: int
    """The smallest number of the arms with the same message."""
    message: Descriptor


class _Found(NamedTuple):
    """The payload of an event, with its arm and its fields."""

    number: int
    arm: _Arm
    span: Span
    fields: list[Field]
    is_whole: bool
    """Whether the event has nothing else."""


def _repeating_arms(event: Descriptor) -> dict[int, _Arm]:
    """Returns the arms of an event message whose messages have the option ``repeats_fields``."""
    # The generated types do not say which messages an extension is for.
    option: Any = repeats_fields
    arms: dict[int, _Arm] = {}
    slots: dict[str, int] = {}
    for field in sorted(event.fields, key=lambda field: field.number):
        message = field.message_type
        if message is None or field.is_repeated:
            continue
        if message.GetOptions().Extensions[option]:
            slot = slots.setdefault(message.full_name, field.number)
            arms[field.number] = _Arm(slot, message)
    return arms


def _check_number(number: int, least: int) -> None:
    if not isinstance(number, int) or not least <= number <= MAX_VARINT:
        raise ValueError(
            f"the number of an event is {number!r}; it must be from {least} to 2^53 - 1"
        )
