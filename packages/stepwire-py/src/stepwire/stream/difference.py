"""Finds what a payload has in common with the previous one."""

from typing import NamedTuple

from google.protobuf.descriptor import Descriptor

from .wire import MAX_STEPS, Field, Payload, locate, read_fields


class Difference(NamedTuple):
    mask: int = 0
    """Has a bit for each field of the previous payload that equals one of the new payload."""
    equal: tuple[Field, ...] = ()
    """These fields in the new payload."""
    steps: tuple[int, ...] = ()
    """Lead to the only value that changed; empty if more has changed."""
    value: tuple[int, int] = (0, 0)
    """Start and end of that value in the new event."""


def compare(
    event: bytes, fields: list[Field], before: Payload | None, message: Descriptor
) -> Difference:
    """Compares a payload, whose fields have their places in the event, with the previous one."""
    if before is None:
        return Difference()
    by_number = {field.number: field for field in fields}
    mask = 0
    equal = []
    for index, old in enumerate(before.fields):
        field = by_number.get(old.number)
        if field is not None and _equals(event, field, before.data, old):
            mask |= 1 << index
            equal.append(field)
    difference = Difference(mask, tuple(equal))
    if len(fields) == len(before.fields) == len(equal) + 1:
        return _enter(difference, event, fields, before, message)
    return difference


def _enter(
    difference: Difference,
    event: bytes,
    fields: list[Field],
    before: Payload,
    message: Descriptor | None,
) -> Difference:
    """Follows the only changed field, as far as only one field in it has changed."""
    steps: list[int] = []
    value = (0, 0)
    now: list[Field] | None = fields
    old: list[Field] | None = before.fields
    while message is not None and now is not None and old is not None and len(steps) < MAX_STEPS:
        index = _only_change(event, now, before.data, old)
        if index is None:
            break
        span = locate(event, now[index])
        old_span = locate(before.data, old[index])
        if span is None or old_span is None:
            break
        steps.append(index)
        value = (span.start, span.end)
        message = _message_in(message, now[index].number)
        now = read_fields(event, span.start, span.end)
        old = read_fields(before.data, old_span.start, old_span.end)
    return difference._replace(steps=tuple(steps), value=value)


def _only_change(
    event: bytes, fields: list[Field], before: bytes, old_fields: list[Field]
) -> int | None:
    """Returns the index of the only field that differs between messages with the same fields."""
    if [field.number for field in fields] != [field.number for field in old_fields]:
        return None
    changed = [
        index
        for index, (field, old) in enumerate(zip(fields, old_fields, strict=True))
        if not _equals(event, field, before, old)
    ]
    return changed[0] if len(changed) == 1 else None


def _equals(data: bytes, field: Field, other_data: bytes, other: Field) -> bool:
    """Whether two fields with the same number have the same bytes."""
    return data[field.start : field.end] == other_data[other.start : other.end]


def _message_in(message: Descriptor, number: int) -> Descriptor | None:
    """Returns the message in a field, or None if the field holds something else."""
    field = message.fields_by_number.get(number)
    if field is None or field.message_type is None:
        return None
    return None if field.message_type.GetOptions().map_entry else field.message_type
