"""Columns of documents, and archives as Parquet."""

import io
import json
import tracemalloc
from itertools import repeat
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stepwire import DocumentError, Transcoder
from stepwire.arrow import (
    documents_to_batch,
    read_batches,
    read_parquet,
    to_binary,
    to_json,
    write_parquet,
)
from stepwire.columns import Columns
from stepwire.v1.document_pb2 import Document

from .vectors import PROJECT

SAMPLES = sorted((PROJECT / "samples").glob("*.json"))
DOCUMENTS = Transcoder(Document, mode="archive")


def canonical_lines(count: int) -> list[str]:
    """Different documents as they are written, so that lines can be compared."""
    lines = []
    for number in range(count):
        sample = json.loads(SAMPLES[number % len(SAMPLES)].read_text()) | {"x_number": number}
        lines.append(DOCUMENTS.to_json(DOCUMENTS.to_binary(json.dumps(sample))).decode())
    return lines


LINES = canonical_lines(60)
TEXT = "".join(line + "\n" for line in LINES).encode()


def test_arrays_are_converted() -> None:
    array = pa.array(LINES)
    binary = to_binary(DOCUMENTS, array)
    assert binary.type == pa.binary()
    assert binary.to_pylist() == [DOCUMENTS.to_binary(line) for line in LINES]
    assert to_json(DOCUMENTS, binary) == array
    assert to_json(DOCUMENTS, binary.slice(7, 11)) == array.slice(7, 11)
    assert to_json(DOCUMENTS, binary.cast(pa.large_binary())) == array
    assert to_binary(DOCUMENTS, pa.chunked_array([array[:5], array[5:]])) == binary
    assert to_binary(DOCUMENTS, pa.array([], pa.string())).to_pylist() == []


def test_a_null_stays_null() -> None:
    array = pa.array([None, LINES[0], None, LINES[1], LINES[2], None])
    for part in (array, array.slice(1), array.slice(3, 2), array.slice(4)):
        binary = to_binary(DOCUMENTS, part)
        assert binary.null_count == part.null_count
        assert to_json(DOCUMENTS, binary) == part
    with pytest.raises(ValueError, match="row 2 is null"):
        documents_to_batch(Columns(Document), to_binary(DOCUMENTS, array.slice(1)))


def test_a_refused_value_raises_with_its_place() -> None:
    with pytest.raises(DocumentError, match="not_json") as refused:
        to_binary(DOCUMENTS, pa.array([None, LINES[0], ""]))
    assert refused.value.number == 3


def test_columns() -> None:
    columns = Columns(Document)
    assert columns.schema.names[:4] == ["document", "kind", "id", "created_at"]
    batch = documents_to_batch(columns, to_binary(DOCUMENTS, pa.array(LINES)))
    batch.validate(full=True)
    assert batch == columns.convert(DOCUMENTS.pack_lines(TEXT))
    assert batch.schema == columns.schema
    for row, line in zip(batch.to_pylist(), LINES, strict=True):
        document = json.loads(line)
        assert DOCUMENTS.to_json(row["document"]).decode() == line
        if row["kind"] in ("run_step", "run", "message"):
            assert row["id"] == document["id"]
            assert row["thread_id"] == document["thread_id"]
            created = document["created_at"]
            # Some are in milliseconds.
            seconds = created if created < 100_000_000_000 else created / 1000
            assert row["created_at"].timestamp() == seconds
    assert {"run_step"} <= set(batch.column("kind").to_pylist())
    assert columns.convert(b"").num_rows == 0
    with pytest.raises(ValueError, match="has no columns"):
        Columns("stepwire.v1.Nothing")
    with pytest.raises(ValueError, match=r"malformed message \(offset 0\)"):
        columns.convert(b"\x01\xff")
    with pytest.raises(ValueError, match=r"cut off \(offset 0\)"):
        columns.convert(b"\x09\x0a")


@pytest.mark.parametrize("codec", [None, "gzip", "zstd"])
def test_lines_become_parquet_and_lines_again(codec: str | None, tmp_path: Path) -> None:
    text = TEXT * 3
    file = tmp_path / "a.jsonl"
    file.write_bytes(text if codec is None else pa.Codec(codec).compress(text, asbytes=True))
    lines = pa.input_stream(file, compression=codec)
    path = tmp_path / "a.parquet"
    assert write_parquet(DOCUMENTS, lines, path) == 60 * 3
    assert b"".join(read_parquet(DOCUMENTS, path)) == text
    assert pq.read_schema(path).metadata[b"stepwire.type"] == b"stepwire.v1.Document"
    kinds = pq.read_table(path, columns=["kind"]).column("kind")
    assert kinds.to_pylist()[:60] == kinds.to_pylist()[60:120]


def test_refused_lines_are_left_out() -> None:
    text = TEXT + b"\nnonsense\n" + TEXT
    refusals: list[DocumentError] = []
    chunks = [text[start : start + 999] for start in range(0, len(text), 999)]
    batches = list(read_batches(DOCUMENTS, chunks, on_refused=refusals.append))
    assert sum(batch.num_rows for batch in batches) == 120
    place = (len(LINES) + 2, len(TEXT) + 1)
    assert [(each.number, each.start) for each in refusals] == [place]
    with pytest.raises(DocumentError, match="document 62"):
        list(read_batches(DOCUMENTS, io.BytesIO(text)))


def test_a_line_that_is_too_large_is_refused() -> None:
    lines = [line.encode() for line in LINES]
    most = max(map(len, lines))
    documents = Transcoder(Document, mode="archive", max_bytes=most)
    long, longer = b"x" * (most + 5), b"y" * (3 * most)
    text = b"\n".join([lines[0], longer, lines[1], long, longer])
    places = [(2, text.index(longer)), (4, text.index(long)), (5, text.rindex(longer))]
    for size in (999, len(text)):
        refusals: list[DocumentError] = []
        chunks = [text[start : start + size] for start in range(0, len(text), size)]
        batches = list(read_batches(documents, chunks, on_refused=refusals.append))
        assert sum(batch.num_rows for batch in batches) == 2
        assert [(each.number, each.start) for each in refusals] == places
        assert {each.code for each in refusals} == {"too_large"}


def test_a_line_that_is_too_large_takes_no_memory() -> None:
    documents = Transcoder(Document, max_bytes=1024 * 1024)
    chunk = b"x" * (1024 * 1024)
    refusals: list[DocumentError] = []
    tracemalloc.start()
    try:
        assert not list(read_batches(documents, repeat(chunk, 64), on_refused=refusals.append))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 * len(chunk)
    assert [(each.code, each.number) for each in refusals] == [("too_large", 1)]
