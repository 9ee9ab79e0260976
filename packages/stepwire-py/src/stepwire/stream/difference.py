"""Finds what a payload has in common with the previous one."""

from typing import NamedTuple

from google.protobuf.descriptor import Descriptor

from .wire import MAX_STEPS, MAX_VALUES, Field, Payload, locate, pack_path, read_fields


class Difference(NamedTuple):
    mask: int = 0
    """Has a bit for each field of the previous payload that differs or that is absent now."""
    kept: tuple[Field, ...] = ()
    """The other fields in the new payload."""


def compare(event: bytes, fields: list[Field], before: Payload | None) -> Difference:
    """Compares a payload, whose fields have their places in the event, with the previous one."""
    if before is None:
        return Difference()
    by_number = {field.number: field for field in fields}
    mask = 0
    kept = []
    for index, old in enumerate(before.fields):
        field = by_number.get(old.number)
        if field is not None and _equals(event, field, before.data, old):
            kept.append(field)
        else:
            mask |= 1 << index
    return Difference(mask, tuple(kept))


class Changes:
    """The changed values of a payload. There are none if they cannot be written alone."""

    def __init__(
        self, event: bytes, fields: list[Field], before: Payload, message: Descriptor
    ) -> None:
        self.paths: list[int] = []
        self.values: list[bytes] = []
        self.has_messages = False
        """Whether one of the values is a message, in which there may be smaller changes."""
        self._event = event
        self._before = before.data
        self._steps: list[int] = []
        if not self._enter(fields, before.fields, message):
            self._clear(0)

    def _enter(self, fields: list[Field], old_fields: list[Field], message: Descriptor) -> bool:
        """Finds the changed values in a message. Returns false if something else has changed."""
        numbers = [field.number for field in fields]
        if len(self._steps) == MAX_STEPS or numbers != [field.number for field in old_fields]:
            return False
        for index, (field, old) in enumerate(zip(fields, old_fields, strict=True)):
            if _equals(self._event, field, self._before, old):
                continue
            self._steps.append(index)
            is_added = self._add(field, old, message)
            self._steps.pop()
            if not is_added:
                return False
        return True

    def _add(self, field: Field, old: Field, message: Descriptor) -> bool:
        """Adds the value of a field, or the changed values in it."""
        span = locate(self._event, field)
        old_span = locate(self._before, old)
        if span is None or old_span is None:
            return False
        inner = _message_in(message, field.number)
        count, has_messages = len(self.paths), self.has_messages
        if inner is not None:
            now = read_fields(self._event, span.start, span.end)
            former = read_fields(self._before, old_span.start, old_span.end)
            if now is not None and former is not None and self._enter(now, former, inner):
                return True
            self._clear(count)
        self.has_messages = has_messages or inner is not None
        self.paths.append(pack_path(self._steps))
        self.values.append(self._event[span.start : span.end])
        return len(self.paths) <= MAX_VALUES

    def _clear(self, count: int) -> None:
        del self.paths[count:]
        del self.values[count:]


def _equals(data: bytes, field: Field, other_data: bytes, other: Field) -> bool:
    """Whether two fields with the same number have the same bytes."""
    return data[field.start : field.end] == other_data[other.start : other.end]


def _message_in(message: Descriptor, number: int) -> Descriptor | None:
    """Returns the message in a field, or None if the field holds something else."""
    field = message.fields_by_number.get(number)
    if field is None or field.message_type is None:
        return None
    return None if field.message_type.GetOptions().map_entry else field.message_type
