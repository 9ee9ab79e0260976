"""A data source for Apache Spark 4: JSON Lines in a folder, to a table and back.

.. code-block:: python

    from stepwire.spark import StepwireDataSource

    spark.dataSource.register(StepwireDataSource)
    options = {"message": Document.DESCRIPTOR.full_name}
    table = spark.read.format("stepwire").options(**options).load("/data/jsonl")
    table.write.option("compression", "zstd").parquet("/data/archive")

    archive = spark.read.parquet("/data/archive").select("document")
    archive.write.format("stepwire").options(**options).mode("append").save("/data/back")

The table has the column ``document``, the whole document in binary, without any loss, and the
columns that ``docs/parquet.md`` lists. It needs ``pip install stepwire[spark]``.

Options for reading:

- ``path``: A file or a folder, on a file system that all executors have, or the URI of one that
  PyArrow knows (``s3``, ``gs``, ``hdfs``). Files that begin with ``.`` or ``_`` are ignored.
  Files end with ``.jsonl``, ``.jsonl.gz`` or ``.jsonl.zst``.
- ``message``: The full name of the messages. It must have columns.
- ``mode``: What JSON is refused: ``strict``, ``preserve`` (default) or ``archive``.
- ``maxDepth``, ``maxBytes``: The largest depth and size of a document.
- ``splitBytes``: How many bytes of files a task reads; default 64 MiB, at least 4096. Compressed
  files cannot be split.

Options for writing: ``path``, ``message``, ``maxDepth``, ``maxBytes``, and ``compression``:
``none`` (default), ``gzip`` or ``zstd``. The table needs a column ``document``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.fs as pfs
from pyspark import TaskContext
from pyspark.sql.datasource import (
    DataSource,
    DataSourceArrowWriter,
    DataSourceReader,
    InputPartition,
    WriterCommitMessage,
)
from pyspark.sql.pandas.types import from_arrow_schema

from ._native import Converter
from .columns import Columns
from .errors import DocumentError
from .transcoder import DEFAULT_MAX_BYTES, DEFAULT_MAX_DEPTH

if TYPE_CHECKING:
    from pyspark.sql.types import StructType

_MIB = 1024 * 1024
_SPLIT_BYTES = 64 * _MIB
_SMALLEST_SPLIT = 4096
_READ_BYTES = 4 * _MIB
_BATCH_BYTES = 32 * _MIB
_SUFFIXES = {".jsonl": None, ".jsonl.gz": "gzip", ".jsonl.zst": "zstd"}
_COMPRESSIONS = {"none": ".jsonl", "gzip": ".jsonl.gz", "zstd": ".jsonl.zst"}
_LEVELS = {"gzip": 6, "zstd": 3}
_TEMPORARY = "_temporary"


class StepwireDataSource(DataSource):
    """The format ``stepwire``. Register it with ``spark.dataSource.register``."""

    def __init__(self, options: MutableMapping[str, str]) -> None:
        super().__init__(options)
        self._options = _Options.of(options)

    @classmethod
    def name(cls) -> str:
        return "stepwire"

    def schema(self) -> StructType:
        return from_arrow_schema(Columns(self._options.message).schema)

    def reader(self, schema: StructType) -> DataSourceReader:
        return _Reader(self._options)

    def writer(self, schema: StructType, overwrite: bool) -> DataSourceArrowWriter:
        if "document" not in schema.names:
            raise ValueError("the table has no column `document`")
        return _Writer(self._options, overwrite)


@dataclass(frozen=True)
class _Options:
    path: str
    message: str
    mode: str
    max_depth: int
    max_bytes: int
    split_bytes: int
    compression: str

    @classmethod
    def of(cls, options: MutableMapping[str, str]) -> _Options:
        # Spark's options are not case-sensitive.
        given = {name.lower(): value for name, value in options.items()}
        for name in ("path", "message"):
            if name not in given:
                raise ValueError(f"the option `{name}` is missing")
        compression = given.get("compression", "none")
        if compression not in _COMPRESSIONS:
            raise ValueError(f"compression is none, gzip or zstd, not {compression}")
        return cls(
            path=given["path"],
            message=given["message"],
            mode=given.get("mode", "preserve"),
            max_depth=int(given.get("maxdepth", DEFAULT_MAX_DEPTH)),
            max_bytes=int(given.get("maxbytes", DEFAULT_MAX_BYTES)),
            split_bytes=max(_SMALLEST_SPLIT, int(given.get("splitbytes", _SPLIT_BYTES))),
            compression=compression,
        )

    def converter(self) -> Converter:
        return Converter(self.message, self.mode, self.max_depth, self.max_bytes, False, None)

    def open(self) -> tuple[pfs.FileSystem, str]:
        if "://" in self.path or self.path.startswith("file:"):
            return cast("tuple[pfs.FileSystem, str]", pfs.FileSystem.from_uri(self.path))
        return pfs.LocalFileSystem(), self.path


@dataclass(frozen=True)
class _Piece:
    """The lines of a file that start at ``start`` or later, and before ``end``."""

    path: str
    start: int
    end: int
    compression: str | None


class _Pieces(InputPartition):
    def __init__(self, pieces: list[_Piece]) -> None:
        super().__init__(pieces)
        self.pieces = pieces


class _Reader(DataSourceReader):
    def __init__(self, options: _Options) -> None:
        self._options = options

    def partitions(self) -> Sequence[InputPartition]:
        files, root = self._options.open()
        found = _find_files(files, root)
        limit = self._options.split_bytes
        groups: list[_Pieces] = []
        size = limit
        for info in found:
            compression = _compression_of(info.path)
            step = limit if compression is None else max(info.size, 1)
            for start in range(0, max(info.size, 1), step):
                end = min(start + step, info.size)
                if size + end - start > limit:
                    groups.append(_Pieces([]))
                    size = 0
                groups[-1].pieces.append(_Piece(info.path, start, end, compression))
                size += end - start
        return groups

    def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
        columns = Columns(self._options.message)
        converter = self._options.converter()
        files, _ = self._options.open()
        for piece in cast(_Pieces, partition).pieces:
            with _open_piece(files, piece) as lines:
                for messages, _, refused in converter.pack_blocks(lines.read):
                    if messages:
                        yield columns.convert(messages)
                    if refused is not None:
                        raise _refusal(piece, refused)


def _refusal(piece: _Piece, refused: DocumentError) -> ValueError:
    place = f"{piece.path}, from byte {piece.start}" if piece.start > 0 else piece.path
    return ValueError(f"{place}: {refused}")


def _find_files(files: pfs.FileSystem, root: str) -> list[pfs.FileInfo]:
    """Returns the files of a folder, or the file itself, ordered by path."""
    info = files.get_file_info(root)
    if info.type == pfs.FileType.File:
        return [info]
    if info.type == pfs.FileType.NotFound:
        raise FileNotFoundError(root)
    selected = files.get_file_info(pfs.FileSelector(root, recursive=True))
    return sorted(
        (
            each
            for each in selected
            if each.type == pfs.FileType.File
            and each.path.endswith(tuple(_SUFFIXES))
            and not any(part[:1] in "._" for part in each.path[len(root) :].split("/") if part)
        ),
        key=lambda each: cast(str, each.path),
    )


def _compression_of(path: str) -> str | None:
    for suffix, compression in _SUFFIXES.items():
        if compression is not None and path.endswith(suffix):
            return compression
    return None


class _Lines:
    """The lines of a part of a file that is not compressed."""

    def __init__(self, file: Any, piece: _Piece) -> None:
        self._file = file
        self._rest = piece.end - piece.start
        if piece.start > 0:
            # A line that starts before belongs to the part before.
            file.seek(piece.start - 1)
            self._skip_line(piece.end)

    def _skip_line(self, end: int) -> None:
        while chunk := self._file.read(64 * 1024):
            feed = chunk.find(b"\n")
            if feed >= 0:
                self._file.seek(self._file.tell() - len(chunk) + feed + 1)
                self._rest = max(0, end - self._file.tell())
                return
        self._rest = 0

    def read(self, size: int) -> bytes:
        if self._rest > 0:
            chunk = cast(bytes, self._file.read(min(size, self._rest)))
            self._rest -= len(chunk)
            if self._rest == 0 and not chunk.endswith(b"\n"):
                # The last line ends after the part.
                self._rest = -1
            return chunk
        if self._rest == 0:
            return b""
        chunk = cast(bytes, self._file.read(min(size, 64 * 1024)))
        feed = chunk.find(b"\n")
        if feed >= 0:
            self._rest = 0
            return chunk[: feed + 1]
        return chunk

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _open_piece(files: pfs.FileSystem, piece: _Piece) -> Any:
    if piece.compression is None:
        return _Lines(files.open_input_file(piece.path), piece)
    stream = files.open_input_stream(piece.path, compression=None, buffer_size=_READ_BYTES)
    return pa.CompressedInputStream(stream, piece.compression)


@dataclass
class _Written(WriterCommitMessage):
    """A file that an attempt at a task wrote, and the name that it gets in the end."""

    attempt: str
    name: str


class _Writer(DataSourceArrowWriter):
    """Writes a file for each partition.

    Each attempt at a task writes a file of its own. Only when all tasks are done, the files of
    those attempts that Spark counts are moved into the folder. So an attempt that dies, or is
    made twice, leaves nothing.
    """

    def __init__(self, options: _Options, overwrite: bool) -> None:
        self._options = options
        self._overwrite = overwrite
        self._job = uuid.uuid4().hex

    def write(self, iterator: Iterator[pa.RecordBatch]) -> WriterCommitMessage:
        context = TaskContext.get()
        number = 0 if context is None else context.partitionId()
        compression = self._options.compression
        attempt = uuid.uuid4().hex
        files, root = self._options.open()
        folder = f"{root}/{_TEMPORARY}/{self._job}"
        files.create_dir(folder, recursive=True)
        converter = self._options.converter()
        codec = None if compression == "none" else pa.Codec(compression, _LEVELS[compression])
        with files.open_output_stream(f"{folder}/{attempt}", compression=None) as output:
            for lines in _blocks_of(converter, iterator):
                # Compressed blocks, one after the other, are a compressed file.
                output.write(lines if codec is None else codec.compress(lines))
        return _Written(attempt, f"part-{number:05}-{self._job}{_COMPRESSIONS[compression]}")

    def commit(self, messages: list[WriterCommitMessage | None]) -> None:
        files, root = self._options.open()
        old = _find_files(files, root) if self._overwrite else []
        for message in messages:
            written = cast(_Written, message)
            attempt = f"{root}/{_TEMPORARY}/{self._job}/{written.attempt}"
            files.move(attempt, f"{root}/{written.name}")
        for info in old:
            files.delete_file(info.path)
        self._clear(files, root)
        files.open_output_stream(f"{root}/_SUCCESS").close()

    def abort(self, messages: list[WriterCommitMessage | None]) -> None:
        files, root = self._options.open()
        self._clear(files, root)

    def _clear(self, files: pfs.FileSystem, root: str) -> None:
        folder = f"{root}/{_TEMPORARY}"
        if files.get_file_info(f"{folder}/{self._job}").type != pfs.FileType.NotFound:
            files.delete_dir(f"{folder}/{self._job}")
            if not files.get_file_info(pfs.FileSelector(folder)):
                files.delete_dir(folder)


def _blocks_of(converter: Converter, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Buffer]:
    """Yields lines in blocks of some megabytes."""
    block = bytearray()
    for batch in batches:
        for documents in _documents_of(batch):
            block += _lines_of(converter, documents)
            if len(block) >= _READ_BYTES:
                yield pa.py_buffer(bytes(block))
                block.clear()
    if block:
        yield pa.py_buffer(bytes(block))


def _documents_of(batch: pa.RecordBatch) -> Iterator[pa.Array]:
    """Yields the column ``document`` in slices that are not too large for 32-bit offsets."""
    column = batch.column(batch.schema.get_field_index("document"))
    if column.null_count > 0:
        raise ValueError("the column `document` has nulls")
    rows = max(1, len(column) * _BATCH_BYTES // max(column.nbytes, 1))
    for start in range(0, len(column), rows):
        yield column.slice(start, rows).cast(pa.binary())


def _lines_of(converter: Converter, documents: pa.Array) -> bytes:
    """Returns documents as lines of JSON."""
    validity, offsets, values = documents.buffers()
    if len(documents) == 0:
        return b""
    empty = pa.py_buffer(b"")
    buffers = (validity, offsets, values if values is not None else empty)
    return converter.array_to_lines(buffers, documents.offset, len(documents))
