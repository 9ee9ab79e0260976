"""The places of changed values in a payload."""

from .errors import Refusal
from .wire import (
    MAX_VARINT_BYTES,
    SIZE_BYTES,
    Field,
    Payload,
    Span,
    locate,
    read_fields,
    read_varint,
    unpack_path,
    varint_size,
    write_varint,
)


class _Place:
    """A changed value, or a message around one."""

    def __init__(self, span: Span, parent: "_Place | None") -> None:
        self.span = span
        self.parent = parent
        self.is_value = False
        self.size = 0
        """Size of the content in the new payload."""
        self.more = 0
        """How much more that is than before."""


class Layout:
    """The places of the changed values and of the messages around them, in the order of the bytes.

    They move with each event, so that nothing is parsed while the shape stays the same.
    """

    def __init__(self) -> None:
        self._places: list[_Place] = []
        self._count = 0

    def find(self, before: Payload, paths: tuple[int, ...]) -> None:
        """Finds the places that paths lead to.

        Raises:
            Refusal: A path is malformed, or leads to a field that cannot be entered.
        """
        self._places.clear()
        self._count = len(paths)
        previous: tuple[int, ...] = ()
        around: list[_Place] = []
        for path in paths:
            steps = unpack_path(path)
            common = 0
            while steps[common : common + 1] == previous[common : common + 1] != ():
                common += 1
            is_within = common == len(steps) or common == len(previous)
            if not steps or (previous and (is_within or steps[common] < previous[common])):
                raise Refusal("malformed", "paths in ascending order", "another path")
            del around[common:]
            for step in steps[common:]:
                parent = around[-1] if around else None
                around.append(_Place(_enter(before, parent, step), parent))
                self._places.append(around[-1])
            around[-1].is_value = True
            previous = steps

    def match(self, before: bytes, payload: bytes) -> list[bytes] | None:
        """Returns the values of a payload that equals the previous one apart from them."""
        values = []
        sizes = []
        start = at = 0
        for place in self._places:
            same = before[start : place.span.size_at]
            if payload[at : at + len(same)] != same:
                return None
            size, at = read_varint(payload, at + len(same), len(payload), SIZE_BYTES)
            if at < 0 or size > len(payload) - at:
                return None
            sizes.append(size)
            start = place.span.start
            if place.is_value:
                values.append(payload[at : at + size])
                at += size
                start = place.span.end
        if payload[at:] != before[start:]:
            return None
        if len(before) + self.resize(values) != len(payload):
            return None
        return values if sizes == [place.size for place in self._places] else None

    def split(self, body: bytes) -> list[bytes]:
        """Returns the values in a body: each but the last one follows its size.

        Raises:
            Refusal: A value is cut off.
        """
        values = []
        at = 0
        for _ in range(self._count - 1):
            size, at = read_varint(body, at, len(body), MAX_VARINT_BYTES)
            if at < 0 or size > len(body) - at:
                expected = f"{self._count} values in the body"
                raise Refusal("malformed", expected, "the end of the body")
            values.append(body[at : at + size])
            at += size
        return [*values, body[at:]]

    def resize(self, values: list[bytes]) -> int:
        """Computes the sizes for new values. Returns how much larger the new payload is."""
        total = 0
        sizes = [len(value) for value in values]
        for place in self._places:
            place.more = 0
        for place in reversed(self._places):
            span = place.span
            place.size = sizes.pop() if place.is_value else span.end - span.start + place.more
            more = place.size + varint_size(place.size) - span.end + span.size_at
            if place.parent is None:
                total += more
            else:
                place.parent.more += more
        return total

    def replace(self, before: bytes, values: list[bytes]) -> bytes:
        """Returns the new payload, after ``resize``."""
        parts = []
        remaining = iter(values)
        position = 0
        for place in self._places:
            parts.append(before[position : place.span.size_at])
            parts.append(write_varint(place.size))
            position = place.span.start
            if place.is_value:
                parts.append(next(remaining))
                position = place.span.end
        parts.append(before[position:])
        return b"".join(parts)

    def move(self) -> None:
        """Moves the places to where they are in the new payload, after ``resize``."""
        old = new = 0
        for place in self._places:
            size_at = new + place.span.size_at - old
            old = place.span.end if place.is_value else place.span.start
            start = size_at + varint_size(place.size)
            place.span = Span(size_at, start, start + place.size)
            new = place.span.end if place.is_value else start


def _enter(before: Payload, parent: _Place | None, step: int) -> Span:
    fields: list[Field] | None = before.fields
    if parent is not None:
        fields = read_fields(before.data, parent.span.start, parent.span.end)
    span = None
    if fields is not None and step < len(fields):
        span = locate(before.data, fields[step])
    if span is None:
        expected = "steps to length-delimited fields of the previous payload"
        raise Refusal("missing_reference", expected, "another step")
    return span
