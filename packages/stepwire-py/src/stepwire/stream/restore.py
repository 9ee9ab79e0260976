"""Restores events from what was written and from the previous payloads."""

from .errors import Refusal
from .wire import (
    MAX_FIELDS,
    NO_PAYLOAD,
    Field,
    Payload,
    Shape,
    Span,
    State,
    length_delimited_tag,
    locate,
    read_fields,
    varint_size,
    write_varint,
)


class Restorer:
    def __init__(self, max_event_bytes: int, max_state_bytes: int) -> None:
        self._state = State(max_state_bytes)
        self._max_event_bytes = max_event_bytes

    def restore(self, shape: Shape, body: bytes) -> bytes:
        """Returns the event that a body was written for.

        Raises:
            Refusal: The event cannot be restored, or exceeds a limit.
        """
        if shape.arm == 0:
            return body
        before = self._state.get(shape.slot)
        if before is None:
            if shape.mask or shape.steps:
                expected = f"a previous payload in slot {shape.slot}"
                raise Refusal("missing_reference", expected, "none")
            before = NO_PAYLOAD
        if shape.steps:
            payload = self._restore_value(shape, before, body)
            head = length_delimited_tag(shape.arm) + write_varint(len(payload))
            event = head + payload
        else:
            event, payload = self._restore_fields(shape, before, body)
        self._state.set(shape.slot, payload)
        return event

    def clear(self) -> None:
        self._state.clear()

    def _restore_fields(self, shape: Shape, before: Payload, body: bytes) -> tuple[bytes, bytes]:
        """Inserts the fields that were left out. Returns the event and its payload."""
        found, fields = _find_payload(shape.arm, body)
        left = _left_fields(shape.mask, before.fields, fields)
        size = found.end - found.start + sum(field.end - field.start for field in left)
        self._check(
            shape.slot, found.size_at + varint_size(size) + size + len(body) - found.end, size
        )
        parts = []
        position = found.start
        index = 0
        for field in left:
            while index < len(fields) and fields[index].number < field.number:
                index += 1
            until = fields[index].start if index < len(fields) else found.end
            parts.append(body[position:until])
            parts.append(before.data[field.start : field.end])
            position = until
        parts.append(body[position : found.end])
        payload = b"".join(parts)
        event = body[: found.size_at] + write_varint(size) + payload + body[found.end :]
        return event, payload

    def _restore_value(self, shape: Shape, before: Payload, body: bytes) -> bytes:
        """Replaces one value of the previous payload. Returns the new payload."""
        data = before.data
        spans = _follow(shape.steps, before)
        sizes = []
        size = len(body)
        for depth in range(len(spans) - 1, -1, -1):
            sizes.append(size)
            around = spans[depth - 1] if depth > 0 else Span(0, 0, len(data))
            inner = spans[depth]
            size += varint_size(size) + inner.size_at - around.start + around.end - inner.end
        head_size = len(length_delimited_tag(shape.arm)) + varint_size(size)
        self._check(shape.slot, head_size + size, size)
        parts = []
        position = 0
        for span in spans:
            parts.append(data[position : span.size_at])
            parts.append(write_varint(sizes.pop()))
            position = span.start
        parts.append(body)
        parts.append(data[spans[-1].end :])
        return b"".join(parts)

    def _check(self, slot: int, event_size: int, payload_size: int) -> None:
        if event_size > self._max_event_bytes:
            expected = f"an event of at most {self._max_event_bytes} bytes"
            raise Refusal("too_large", expected, f"{event_size} bytes")
        if not self._state.fits(slot, payload_size):
            expected = f"payloads to remember of at most {self._state.limit} bytes"
            raise Refusal("state_too_large", expected, f"another payload of {payload_size} bytes")


def _find_payload(arm: int, body: bytes) -> tuple[Span, list[Field]]:
    """Finds the payload in a body, and its fields."""
    for field in read_fields(body, 0, len(body)) or []:
        if field.number == arm:
            found = locate(body, field)
            fields = None if found is None else read_fields(body, found.start, found.end)
            if found is not None and fields is not None:
                return found, fields
    expected = f"an event with a payload in field {arm}, and fields in ascending order"
    raise Refusal("malformed", expected, "other bytes")


def _left_fields(mask: int, before: list[Field], written: list[Field]) -> list[Field]:
    """Returns the fields that were left out."""
    numbers = {field.number for field in written}
    left = []
    for index in range(mask.bit_length()):
        if mask >> index & 1 == 0:
            continue
        _check_reference(index, before)
        field = before[index]
        if field.number in numbers:
            expected = f"no field {field.number}, which is left out"
            raise Refusal("malformed", expected, "this field")
        left.append(field)
    if len(written) + len(left) > MAX_FIELDS:
        raise Refusal("malformed", f"at most {MAX_FIELDS} fields in a payload", "more")
    return left


def _follow(steps: tuple[int, ...], before: Payload) -> list[Span]:
    """Returns the values at each step."""
    spans: list[Span] = []
    fields: list[Field] | None = before.fields
    for depth, index in enumerate(steps):
        _check_reference(index, fields or [])
        is_last = depth == len(steps) - 1
        span = locate(before.data, (fields or [])[index])
        if span is not None and not is_last:
            fields = read_fields(before.data, span.start, span.end)
        if span is None or fields is None:
            what = "length-delimited field" if is_last else "message"
            expected = f"a {what} at step {depth + 1}"
            raise Refusal("missing_reference", expected, "another field")
        spans.append(span)
    return spans


def _check_reference(index: int, fields: list[Field]) -> None:
    if index >= len(fields):
        expected = f"field {index + 1} of a message in the previous payload"
        raise Refusal("missing_reference", expected, f"a message with {len(fields)} fields")
