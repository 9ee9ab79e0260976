"""Columns of JSON and of messages as Arrow arrays, and archives as Parquet.

It needs ``pip install stepwire[arrow]``. ``docs/parquet.md`` describes the files.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from os import PathLike
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from . import _native
from .columns import Columns
from .errors import DocumentError
from .source import Source
from .transcoder import Transcoder

BATCH_BYTES = 4 * 1024 * 1024
"""How many bytes of lines become a record batch."""
ROW_GROUP_BYTES = 32 * 1024 * 1024
"""How many bytes of messages become a row group."""
ZSTD_LEVEL = 3

Path = str | PathLike[str]


def to_binary(transcoder: Transcoder[Any], json: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Converts an array of JSON documents, strings or binary, to one of messages; without a copy
    of the input. A null stays null.

    Raises:
        DocumentError: A document is refused; ``number`` is its place in the array, from 1.
    """
    return _convert(transcoder, json, to_json=False)


def to_json(transcoder: Transcoder[Any], binary: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Converts an array of messages to one of JSON documents, strings; otherwise like
    ``to_binary``.
    """
    return _convert(transcoder, binary, to_json=True)


def documents_to_batch(columns: Columns, documents: pa.Array) -> pa.RecordBatch:
    """Returns an array of messages, as ``to_binary`` does, with their flat columns.

    Raises:
        ValueError: A message is malformed, or null.
    """
    if documents.type != pa.binary():
        documents = documents.cast(pa.binary())
    messages = _native.delimit_array(_buffers(documents), documents.offset, len(documents))
    return columns.convert(messages)


def read_batches(
    transcoder: Transcoder[Any],
    source: Source,
    *,
    on_refused: Callable[[DocumentError], object] | None = None,
    threads: int = 2,
) -> Iterator[pa.RecordBatch]:
    """Converts lines of JSON to record batches with the messages and their columns.

    Args:
        transcoder: Converts the lines.
        source: A binary file of lines, such as ``pa.input_stream("a.jsonl.zst")``, or chunks.
        on_refused: Called for each refused line, which is then left out. Without it, the first
            one raises.
        threads: How many threads convert. Each holds some times 4 MiB.
    """
    message = transcoder.message
    idle: deque[Columns] = deque()

    def convert(lines: bytes | int) -> tuple[list[pa.RecordBatch], list[DocumentError]]:
        if isinstance(lines, int):
            return [], [DocumentError("too_large", "", None, 1, 0)]
        # Another thread may take the last one between a check and this.
        try:
            columns = idle.pop()
        except IndexError:
            columns = Columns(message)
        batches, refusals = [], []
        for packed, _, refused in transcoder.pack_blocks(_Whole(lines).read):
            if packed:
                batches.append(columns.convert(packed))
            if refused is not None:
                refusals.append(refused)
        idle.append(columns)
        return batches, refusals

    number = start = 0
    blocks = _line_blocks(source, transcoder.max_bytes)
    for lines, (batches, refusals) in _in_threads(convert, blocks, threads):
        for each in refusals:
            placed = DocumentError(
                each.code, each.pointer, each.offset, each.number + number, each.start + start
            )
            if on_refused is None:
                raise placed
            on_refused(placed)
        yield from batches
        number += 1 if isinstance(lines, int) else lines.count(b"\n")
        start += lines if isinstance(lines, int) else len(lines)


def write_parquet(
    transcoder: Transcoder[Any],
    source: Source,
    path: Path | BinaryIO,
    *,
    on_refused: Callable[[DocumentError], object] | None = None,
    threads: int = 2,
) -> int:
    """Writes lines of JSON as a Parquet file, without loss, and returns the number of rows.

    The arguments are those of ``read_batches``, and a path or a binary file to write to.
    """
    schema = Columns(transcoder.message).schema
    name = transcoder.message.DESCRIPTOR.full_name
    schema = schema.with_metadata({"stepwire.type": name})
    batches = read_batches(transcoder, source, on_refused=on_refused, threads=threads)
    rows = size = 0
    group: list[pa.RecordBatch] = []
    with pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=ZSTD_LEVEL,
        # A dictionary of whole documents would be built, and then thrown away.
        use_dictionary=[field.name for field in schema if field.name != "document"],
        write_statistics=[field.name for field in schema if field.name != "document"],
        write_page_checksum=True,
    ) as writer:
        for batch in batches:
            group.append(batch)
            rows += batch.num_rows
            size += batch.column(0).nbytes
            if size >= ROW_GROUP_BYTES:
                _write(writer, schema, group)
                size = 0
        if group:
            _write(writer, schema, group)
    return rows


def read_parquet(
    transcoder: Transcoder[Any], path: Path | BinaryIO, *, threads: int = 2
) -> Iterator[bytes]:
    """Reads the documents of a Parquet file as blocks of lines of JSON.

    Args:
        transcoder: Converts the column ``document``; the other columns are not read.
        path: The file, or a binary file that can be read anywhere.
        threads: How many threads convert.

    Raises:
        DocumentError: A document has no JSON form. ``number`` counts within its batch.
    """
    with pq.ParquetFile(path) as file:
        batches = file.iter_batches(batch_size=4096, columns=["document"])
        documents = (batch.column(0) for batch in batches)

        def convert(array: pa.Array) -> bytes:
            return transcoder.array_to_lines(_buffers(array), array.offset, len(array))

        for _, lines in _in_threads(convert, documents, threads):
            yield lines


def _write(writer: pq.ParquetWriter, schema: pa.Schema, group: list[pa.RecordBatch]) -> None:
    table = pa.Table.from_batches(group, schema.remove_metadata()).replace_schema_metadata(
        schema.metadata
    )
    writer.write_table(table, row_group_size=table.num_rows)
    group.clear()


class _Whole:
    """A block of lines as a file."""

    def __init__(self, lines: bytes) -> None:
        self._lines = memoryview(lines)

    def read(self, size: int) -> memoryview:
        taken, self._lines = self._lines[:size], self._lines[size:]
        return taken


def _line_blocks(source: Source, max_bytes: int) -> Iterator[bytes | int]:
    """Returns blocks of whole lines, of some megabytes, and the size of each line that is too
    large to be collected.
    """
    read = getattr(source, "read", None)
    chunks: Iterable[bytes] = source if read is None else iter(lambda: read(BATCH_BYTES), b"")
    rest: list[bytes] = []
    size = 0
    # A carriage return is no part of the document.
    most = max_bytes + 1
    for chunk in chunks:
        if size > most:
            first = chunk.find(b"\n") + 1
            if first == 0:
                size += len(chunk)
                continue
            yield size + first
            chunk, size = chunk[first:], 0
        end = chunk.rfind(b"\n") + 1
        if end > 0:
            yield b"".join([*rest, chunk[:end]])
            chunk, rest, size = chunk[end:], [], 0
        rest.append(chunk)
        size += len(chunk)
        if size > most:
            rest = []
    if size > most:
        yield size
    elif size > 0:
        yield b"".join(rest)


def _in_threads(
    function: Callable[[Any], Any], inputs: Iterable[Any], threads: int
) -> Iterator[tuple[Any, Any]]:
    """Returns each input with its result, in their order. A few inputs are read in advance."""
    with ThreadPoolExecutor(max_workers=threads) as pool:
        waiting: deque[tuple[Any, Future[Any]]] = deque()
        try:
            for each in inputs:
                waiting.append((each, pool.submit(function, each)))
                if len(waiting) > threads:
                    first, result = waiting.popleft()
                    yield first, result.result()
            while waiting:
                first, result = waiting.popleft()
                yield first, result.result()
        finally:
            for _, result in waiting:
                result.cancel()


def _convert(
    transcoder: Transcoder[Any], array: pa.Array | pa.ChunkedArray, *, to_json: bool
) -> pa.Array:
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if array.type not in (pa.string(), pa.binary()):
        array = array.cast(pa.binary() if to_json else pa.string())
    offsets, values = transcoder.convert_array(to_json, _buffers(array), array.offset, len(array))
    # A new array of Booleans, so its bits begin with that of the first row.
    validity = array.is_valid().buffers()[1] if array.null_count > 0 else None
    buffers = [validity, pa.py_buffer(offsets), pa.py_buffer(values)]
    kind = pa.string() if to_json else pa.binary()
    return pa.Array.from_buffers(kind, len(array), buffers, array.null_count)


def _buffers(array: pa.Array) -> tuple[pa.Buffer | None, pa.Buffer, pa.Buffer]:
    validity, offsets, values = array.buffers()
    # An empty array may have neither.
    empty = pa.py_buffer(bytes(4))
    return validity, offsets or empty, values or empty


__all__ = [
    "Columns",
    "documents_to_batch",
    "read_batches",
    "read_parquet",
    "to_binary",
    "to_json",
    "write_parquet",
]
