"""Restores events from what was written and from the previous payloads."""

from .errors import Refusal
from .layout import Layout
from .wire import (
    KIND_EVENT,
    KIND_VALUES,
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
        self._layout = Layout()

    def restore(self, shape: Shape, is_new: bool, body: bytes) -> bytes:
        """Returns the event that a body was written for.

        Args:
            shape: The shape of the event.
            is_new: Whether the shape was given with this event.
            body: The body of the event.

        Raises:
            Refusal: The event cannot be restored, or exceeds a limit.
        """
        if shape.arm == 0:
            return body
        before = self._state.get(shape.slot)
        if before is None:
            if shape.mask or shape.kind == KIND_VALUES:
                expected = f"a previous payload in slot {shape.slot}"
                raise Refusal("missing_reference", expected, "none")
            before = NO_PAYLOAD
        if shape.kind == KIND_VALUES:
            if is_new:
                self._layout.find(before, shape.paths)
            payload = self._restore_values(shape, before, body)
            event = length_delimited_tag(shape.arm) + write_varint(len(payload)) + payload
        else:
            event, payload = self._restore_fields(shape, before, body)
        self._state.set(shape.slot, payload)
        return event

    def clear(self) -> None:
        self._state.clear()

    def _restore_fields(self, shape: Shape, before: Payload, body: bytes) -> tuple[bytes, bytes]:
        """Inserts the fields that were kept. Returns the event and its payload."""
        found, fields = _find_payload(shape, body)
        kept = _kept_fields(shape.mask, before.fields, fields)
        is_event = shape.kind == KIND_EVENT
        head = body[: found.size_at] if is_event else length_delimited_tag(shape.arm)
        size = found.end - found.start + sum(field.end - field.start for field in kept)
        event_size = len(head) + varint_size(size) + size + len(body) - found.end
        self._check(shape.slot, event_size, size)
        parts = []
        position = found.start
        index = 0
        for field in kept:
            while index < len(fields) and fields[index].number < field.number:
                index += 1
            until = fields[index].start if index < len(fields) else found.end
            parts.append(body[position:until])
            parts.append(before.data[field.start : field.end])
            position = until
        parts.append(body[position : found.end])
        payload = b"".join(parts)
        event = head + write_varint(size) + payload + body[found.end :]
        return event, payload

    def _restore_values(self, shape: Shape, before: Payload, body: bytes) -> bytes:
        """Replaces values of the previous payload. Returns the new payload."""
        values = self._layout.split(body)
        size = len(before.data) + self._layout.resize(values)
        head_size = len(length_delimited_tag(shape.arm)) + varint_size(size)
        self._check(shape.slot, head_size + size, size)
        payload = self._layout.replace(before.data, values)
        self._layout.move()
        return payload

    def _check(self, slot: int, event_size: int, payload_size: int) -> None:
        if event_size > self._max_event_bytes:
            expected = f"an event of at most {self._max_event_bytes} bytes"
            raise Refusal("too_large", expected, f"{event_size} bytes")
        if not self._state.fits(slot, payload_size):
            expected = f"payloads to remember of at most {self._state.limit} bytes"
            raise Refusal("state_too_large", expected, f"another payload of {payload_size} bytes")


def _find_payload(shape: Shape, body: bytes) -> tuple[Span, list[Field]]:
    """Finds the payload in a body, and its fields."""
    found: Span | None = Span(0, 0, len(body))
    if shape.kind == KIND_EVENT:
        fields = read_fields(body, 0, len(body)) or []
        arms = [field for field in fields if field.number == shape.arm]
        found = locate(body, arms[0]) if arms else None
    inner = None if found is None else read_fields(body, found.start, found.end)
    if found is None or inner is None:
        expected = f"an event with a payload in field {shape.arm}, and fields in ascending order"
        raise Refusal("malformed", expected, "other bytes")
    return found, inner


def _kept_fields(mask: int, before: list[Field], written: list[Field]) -> list[Field]:
    """Returns the fields that were kept."""
    numbers = {field.number for field in written}
    kept = [field for index, field in enumerate(before) if mask >> index & 1 == 0]
    for field in kept:
        if field.number in numbers:
            expected = f"no field {field.number}, which is kept"
            raise Refusal("malformed", expected, "this field")
    if mask >> len(before):
        expected = "a mask of the fields of the previous payload"
        raise Refusal("missing_reference", expected, f"a payload with {len(before)} fields")
    if len(written) + len(kept) > MAX_FIELDS:
        raise Refusal("malformed", f"at most {MAX_FIELDS} fields in a payload", "more")
    return kept
