"""Flat, typed columns of documents, as Arrow record batches.

``docs/parquet.md`` lists the columns. It needs ``pip install stepwire[arrow]``.
"""

import pyarrow as pa
from google.protobuf.message import Message

from . import _native
from .data import Data

_TYPES: dict[str, pa.DataType] = {
    "u": pa.string(),
    "b": pa.bool_(),
    "l": pa.int64(),
    "g": pa.float64(),
    "tsu:UTC": pa.timestamp("us", tz="UTC"),
    "z": pa.binary(),
}
"""The types, by their format in Arrow's C data interface."""


class Columns:
    """Makes record batches of size-delimited messages, such as ``Transcoder.pack`` yields.

    The first column is ``document``, the message itself. Use it in one thread at a time.

    Args:
        message: The class of the messages, or its full name. The schema must define columns for it.

    Raises:
        ValueError: The message has no columns.
    """

    schema: pa.Schema
    """The names and types of the columns."""

    def __init__(self, message: type[Message] | str) -> None:
        name = message if isinstance(message, str) else message.DESCRIPTOR.full_name
        self._columns = _native.Columns(name)
        fields = []
        for column, (field, kind, is_list) in enumerate(self._columns.fields):
            value = _TYPES[kind]
            whole = pa.list_(pa.field("element", value, nullable=False)) if is_list else value
            fields.append(pa.field(field, whole, nullable=column > 0))
        self.schema = pa.schema(fields)

    def convert(self, messages: Data) -> pa.RecordBatch:
        """Returns whole size-delimited messages as a record batch with a row for each.

        Some megabytes are a good size.

        Raises:
            ValueError: A message is malformed or cut off.
            MemoryError: The messages do not fit into a WebAssembly memory.
        """
        converted = self._columns.convert(messages)
        columns = zip(self.schema, converted, strict=True)
        arrays = [_array(field.type, column) for field, column in columns]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


def _array(kind: pa.DataType, column: tuple[int, int, bytes, bytes, bytes, int, bytes]) -> pa.Array:
    rows, nulls, validity, offsets, data, elements, element_offsets = column
    start = [pa.py_buffer(validity) if nulls > 0 else None]
    if offsets:
        start.append(pa.py_buffer(offsets))
    values = pa.py_buffer(data)
    if not pa.types.is_list(kind):
        return pa.Array.from_buffers(kind, rows, [*start, values], nulls)
    inside = [None, pa.py_buffer(element_offsets)] if element_offsets else [None]
    items = pa.Array.from_buffers(kind.value_type, elements, [*inside, values], 0)
    return pa.Array.from_buffers(kind, rows, start, nulls, children=[items])
