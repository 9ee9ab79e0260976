"""The bytes of streams and messages. docs/stream-format.md defines them."""

from collections.abc import Sequence
from typing import NamedTuple

MAGIC = b"\x89SW"
"""How a stream starts. The first byte is not ASCII, so no text starts like this."""
VERSION = 1
"""The version that is written, and the newest that is read."""

CONTROL_HEAD = 0
"""The head of a control record. Its code follows:"""
CONTROL_END = 0
CONTROL_JUMP = 1
CONTROL_ALIVE = 2
CONTROL_FAILURE = 3

HEAD_TEXT = 1
"""A flag of a head: the body is a text, and the number is its place."""
HEAD_SHAPE = 2
"""A flag of a head: a shape follows."""
HEAD_SHIFT = 2

ARM_COPIES = 1
"""A flag of the first number of a shape: parts of the body are copied."""
ARM_SHIFT = 1

KIND_EVENT = 0
"""The body is the event without the fields that are kept."""
KIND_VALUES = 1
"""The body consists of the changed values."""
KIND_PAYLOAD = 2
"""The body is the payload without the fields that are kept."""
KIND_MASK = 3
FORM_SLOT = 4
"""A flag of a shape: the number of the slot follows."""
FORM_SHIFT = 3

MAX_VARINT_BYTES = 8
MAX_VARINT = 2**53 - 1
MAX_FIELDS = 48
"""Maximum number of fields of a message that is taken apart."""
MAX_STEPS = 8
"""Maximum number of steps to a changed value."""
MAX_VALUES = 8
"""Maximum number of changed values."""
MAX_COPIES = 256
"""Maximum number of parts of a body that are copied."""
HISTORY_BYTES = 16 * 1024
"""Size of the end of all earlier bodies from which parts can be copied."""
TEXT_COUNT = 32
"""Number of texts that are remembered."""
TEXT_BYTES = 16
"""Maximum size of such a text."""
FIELD_NUMBERS = 2**29
"""Field numbers of Protobuf messages are less than this."""
SLOT_BYTES = 64
"""Size of the state for a slot in addition to its payload."""

_TAG_BYTES = 5
SIZE_BYTES = 7
_VALUE_BYTES = 10
_MAX_TAG = 2**32 - 1
_MAX_VALUE = 2**64 - 1

_VARINT = 0
_FIXED64 = 1
_LENGTH_DELIMITED = 2
_FIXED32 = 5


def write_varint(value: int) -> bytes:
    if value < 0x80:
        return bytes((value,))
    result = bytearray()
    while value >= 0x80:
        result.append(value & 0x7F | 0x80)
        value >>= 7
    result.append(value)
    return bytes(result)


def varint_size(value: int) -> int:
    return max(1, (value.bit_length() + 6) // 7)


def length_delimited_tag(number: int) -> bytes:
    return write_varint(number << 3 | _LENGTH_DELIMITED)


def read_varint(data: bytes, position: int, end: int, most: int) -> tuple[int, int]:
    """Returns a varint and the offset after it, which is -1 if it is cut off or longer."""
    value = shift = 0
    for at in range(position, min(end, position + most)):
        byte = data[at]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at + 1
        shift += 7
    return 0, -1


class Field(NamedTuple):
    """A field of a message: all records with its number. It is found without the schema."""

    number: int
    start: int
    end: int


def read_fields(data: bytes, start: int, end: int) -> list[Field] | None:
    """Finds the fields of a message.

    Returns None if a field is malformed or a group, if the fields are not in ascending order
    of their numbers, or if there are more than ``MAX_FIELDS``.
    """
    fields: list[Field] = []
    last = 0
    position = start
    while position < end:
        record = position
        tag, position = read_varint(data, position, end, _TAG_BYTES)
        number = tag >> 3
        if position < 0 or tag > _MAX_TAG or number == 0 or number < last:
            return None
        wire_type = tag & 7
        if wire_type == _LENGTH_DELIMITED:
            size, position = read_varint(data, position, end, SIZE_BYTES)
            if position < 0:
                return None
            position += size
        elif wire_type == _VARINT:
            value, position = read_varint(data, position, end, _VALUE_BYTES)
            if position < 0 or value > _MAX_VALUE:
                return None
        elif wire_type == _FIXED64:
            position += 8
        elif wire_type == _FIXED32:
            position += 4
        else:
            return None
        if position > end:
            return None
        if number == last:
            fields[-1] = Field(number, fields[-1].start, position)
        elif len(fields) == MAX_FIELDS:
            return None
        else:
            fields.append(Field(number, record, position))
            last = number
    return fields


class Span(NamedTuple):
    """The value of a length-delimited field, with the offset of its size."""

    size_at: int
    start: int
    end: int


def locate(data: bytes, field: Field) -> Span | None:
    """Finds the value of a field.

    Returns None unless the field is one length-delimited record whose tag and size have no
    unnecessary bytes.
    """
    tag = length_delimited_tag(field.number)
    size_at = field.start + len(tag)
    if data[field.start : size_at] != tag:
        return None
    size, start = read_varint(data, size_at, field.end, SIZE_BYTES)
    if start + size != field.end or start - size_at != varint_size(size):
        return None
    return Span(size_at, start, field.end)


class Shape(NamedTuple):
    """Says how an event is written. It is valid until the next shape."""

    arm: int = 0
    """Field number of the payload; 0 if the event is complete."""
    slot: int = 0
    """Has the previous payload of the same message type."""
    kind: int = KIND_EVENT
    """What the body is."""
    mask: int = 0
    """Has a bit for each field of the previous payload that is not kept."""
    paths: tuple[int, ...] = ()
    """Lead to the changed values, in the order of the values."""

    @property
    def has_one_value(self) -> bool:
        return self.kind == KIND_VALUES and len(self.paths) == 1


def pack_path(steps: Sequence[int]) -> int:
    """Returns a path as a number.

    Its steps are the indexes of fields: of the payload, of the message in this field, and so on.
    """
    packed = 0
    for step in reversed(steps):
        packed = packed * MAX_FIELDS + step
    return packed * MAX_STEPS + len(steps) - 1


def unpack_path(path: int) -> tuple[int, ...]:
    """Returns the steps of a path; none if the path is too large."""
    packed, last = divmod(path, MAX_STEPS)
    steps = []
    for _ in range(last + 1):
        packed, step = divmod(packed, MAX_FIELDS)
        steps.append(step)
    return () if packed else tuple(steps)


class Payload(NamedTuple):
    """The previous payload of one message type."""

    data: bytes
    fields: list[Field]


NO_PAYLOAD = Payload(b"", [])


class State:
    """The payloads that a writer or a reader remembers, one for each slot."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._payloads: dict[int, Payload] = {}
        self._size = 0

    def get(self, slot: int) -> Payload | None:
        return self._payloads.get(slot)

    def fits(self, slot: int, size: int) -> bool:
        """Whether a payload of this size can be remembered."""
        return self._size - self._used(slot) + SLOT_BYTES + size <= self.limit

    def set(self, slot: int, data: bytes) -> None:
        """Remembers a payload that fits in place of the former one."""
        fields = read_fields(data, 0, len(data))
        assert fields is not None
        self._size += SLOT_BYTES + len(data) - self._used(slot)
        self._payloads[slot] = Payload(data, fields)

    def clear(self) -> None:
        self._payloads.clear()
        self._size = 0

    def _used(self, slot: int) -> int:
        former = self._payloads.get(slot)
        return 0 if former is None else SLOT_BYTES + len(former.data)
