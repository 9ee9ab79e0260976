"""Measures lines of JSON to Parquet and back: speed, sizes and memory.

    python -m tests.archive_benchmark archive.jsonl

The file may end with ``.gz`` or ``.zst``. Its lines must be as Stepwire writes them, so that they
can be compared. ``--make BYTES`` first writes such a file from a file of documents, as
``tests.benchmark`` reads it.
"""

import argparse
import hashlib
import json
import os
import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pyarrow as pa
from backports import zstd

from stepwire import Transcoder
from stepwire.arrow import read_parquet, write_parquet
from stepwire.v1.document_pb2 import Document

MB = 1_000_000
DOCUMENTS = Transcoder(Document, mode="archive")


def make(documents: Path, size: int, target: Path) -> None:
    """Writes different documents as lines, until they have so many bytes."""
    texts = [json.loads(json.loads(line)["json"]) for line in documents.open()]
    written = number = 0
    with target.open("wb") as output:
        while written < size:
            # So that no two documents are the same.
            document = texts[number % len(texts)] | {"x_number": number}
            line = DOCUMENTS.to_json(DOCUMENTS.to_binary(json.dumps(document))) + b"\n"
            written += output.write(line)
            number += 1


def blocks(path: Path) -> Iterator[bytes]:
    with pa.input_stream(path, compression="detect") as source:
        while block := source.read(1 << 22):
            yield block


def zstd_size(path: Path) -> int:
    """The size of the lines with zstd -3."""
    compressor = zstd.ZstdCompressor(level=3)
    return sum(len(compressor.compress(block)) for block in blocks(path)) + len(compressor.flush())


def main() -> None:
    parser = argparse.ArgumentParser(description="Lines of JSON to Parquet and back.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--make", type=int)
    parser.add_argument("--documents", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    path: Path = arguments.file
    if arguments.make is not None:
        make(arguments.documents, arguments.make, path)
    before = hashlib.sha256()
    size = 0
    for block in blocks(path):
        before.update(block)
        size += len(block)
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "archive.parquet")
        start = perf_counter()
        with pa.input_stream(path, compression="detect") as source:
            rows = write_parquet(DOCUMENTS, source, archive, threads=arguments.threads)
        there = perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        after = hashlib.sha256()
        start = perf_counter()
        for lines in read_parquet(DOCUMENTS, archive, threads=arguments.threads):
            after.update(lines)
        back = perf_counter() - start
        if after.digest() != before.digest():
            raise ValueError("the lines are not the same")
        result = {
            "lines": rows,
            "json MB": size / MB,
            "to Parquet, MB/s": size / MB / there,
            "to JSON, MB/s": size / MB / back,
            "peak memory, MB": peak / MB,
            "Parquet, MB": os.path.getsize(archive) / MB,
            "zstd -3 of the lines, MB": zstd_size(path) / MB,
        }
    print(json.dumps({name: round(value, 1) for name, value in result.items()}))


main()
