"""Archives, by the vectors."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from stepwire import ArchiveError, ArchiveReader, ArchiveWriter, Transcoder
from stepwire.v1.tool_call_pb2 import FunctionCall

from .vectors import FOLDER


def read_cases() -> Iterator[Any]:
    for path in sorted((FOLDER / "archives").glob("*.json")):
        for case in json.loads(path.read_text())["cases"]:
            yield pytest.param(case, id=f"{path.stem}: {case['name']}")


CASES = list(read_cases())
WRITTEN = [case for case in CASES if "blocks" in case.values[0]]


def has_zstd() -> bool:
    try:
        ArchiveWriter(io.BytesIO(), "a.B", compression="zstd")
    except ValueError:
        return False
    return True


# The module for tests is built without zstd, which is C.
READ = [case for case in CASES if has_zstd() or "zstd" not in case.values[0]["name"]]


def reader(case: dict[str, Any], size: int, **options: Any) -> ArchiveReader:
    data = bytes.fromhex(case["archive"])
    limits = case.get("options", {})
    return ArchiveReader(
        [data[start : start + size] for start in range(0, len(data), size)],
        max_bytes=limits.get("maxBytes", 64 * 1024 * 1024),
        max_block_bytes=limits.get("maxBlockBytes", 128 * 1024 * 1024),
        **options,
    )


def read(case: dict[str, Any], size: int) -> tuple[list[str], ArchiveError | None]:
    archive = reader(case, size)
    documents: list[str] = []
    try:
        for number, document in archive.numbered():
            if number == 1:
                assert archive.message == case.get("type")
            documents.append(document.hex())
            assert number == len(documents)
    except ArchiveError as error:
        return documents, error
    return documents, None


@pytest.mark.parametrize("case", READ)
def test_reads(case: dict[str, Any]) -> None:
    for size in (1 << 20, 1):
        documents, error = read(case, size)
        assert documents == case["documents"]
        found = None if error is None else (error.code, error.offset, error.document)
        expected = case.get("error")
        assert found == (
            None
            if expected is None
            else (expected["code"], expected["offset"], expected["document"])
        )


@pytest.mark.parametrize("case", [case for case in READ if "recovered" in case.values[0]])
def test_recovers(case: dict[str, Any]) -> None:
    damage: list[ArchiveError] = []
    archive = reader(case, 1 << 20, on_damage=damage.append)
    found = [[number, document.hex()] for number, document in archive.numbered()]
    assert found == case["recovered"]["documents"]
    for error, lost in zip(damage, case["recovered"]["lost"], strict=True):
        assert error.code == lost["code"]
        gap = (lost["start"], lost["end"], lost["first"], lost["last"])
        assert error.gap is None or tuple(error.gap) == gap


@pytest.mark.parametrize("case", WRITTEN)
def test_writes(case: dict[str, Any]) -> None:
    output = io.BytesIO()
    documents = [bytes.fromhex(document) for document in case["documents"]]
    with ArchiveWriter(output, case["type"], id=bytes.fromhex(case["id"])) as writer:
        for count in case["blocks"]:
            for document in documents[:count]:
                writer.write(document)
            writer.flush()
            documents = documents[count:]
    assert output.getvalue().hex() == case["archive"]


def test_lines_become_an_archive_and_lines_again() -> None:
    calls = Transcoder(FunctionCall)
    lines = b'{"name":"n","arguments":"","output":null}\n' * 1000
    output = io.BytesIO()
    with ArchiveWriter(output, FunctionCall) as writer:
        for block in calls.pack(io.BytesIO(lines)):
            writer.write_delimited(block)
        writer.write(calls.parse(lines[:41]))
    output.seek(0)
    archive = ArchiveReader(output)
    back = b"".join(calls.unpack(archive.blocks()))
    assert back == lines + lines[:42]
    assert archive.message == "stepwire.v1.FunctionCall"
    with pytest.raises(ArchiveError, match="cut_off at byte") as damaged:
        list(ArchiveReader([output.getvalue()[:-5]]))
    assert damaged.value.document == 1002


def test_errors_of_the_output_are_passed_on() -> None:
    class Full:
        def write(self, data: bytes, /) -> None:
            raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        ArchiveWriter(Full(), FunctionCall)
    with pytest.raises(ValueError, match="compression is one of"):
        ArchiveWriter(io.BytesIO(), FunctionCall, compression="gzip")  # type: ignore[arg-type]


class Raw(io.RawIOBase):
    """An unbuffered file, which returns what it is told, or writes 3 bytes at a time."""

    def __init__(self) -> None:
        self.written = bytearray()
        self.results: list[int | None] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int | None:
        if self.results:
            return self.results.pop()
        self.written += data[:3]
        return min(3, len(data))


def test_an_unbuffered_file_writes_less_at_a_time() -> None:
    raw = Raw()
    with ArchiveWriter(raw, FunctionCall) as writer:
        for document in (b"a" * 100, b"b"):
            writer.write(document)
    assert list(ArchiveReader([bytes(raw.written)])) == [b"a" * 100, b"b"]


def test_an_output_that_has_not_written_fails() -> None:
    class Silent:
        def __init__(self) -> None:
            self.written = b""

        def write(self, data: bytes, /) -> None:
            self.written += data

    silent = Silent()
    with ArchiveWriter(silent, FunctionCall) as writer:
        writer.write(b"a")
    assert list(ArchiveReader([silent.written])) == [b"a"]
    for result, expected in ((0, OSError), (1000, OSError), (-1, OSError), (None, BlockingIOError)):
        raw = Raw()
        writer = ArchiveWriter(raw, FunctionCall)
        writer.write(b"a")
        raw.results = [result]
        with pytest.raises(expected):
            writer.flush()
        with pytest.raises(OSError, match="the output of the archive has failed"):
            writer.finish()
