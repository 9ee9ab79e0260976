"""Many documents in one call, and inputs of any size."""

import io
import json
import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
from google.protobuf.proto import parse_length_prefixed

from stepwire import DocumentError, StepwireError, Transcoder
from stepwire.v1.document_pb2 import Document
from stepwire.v1.tool_call_pb2 import FunctionCall

from .vectors import FROM_JSON

LINES = [
    case.json
    for case in FROM_JSON
    if case.binary is not None
    and len(case.json) < 2000
    and b"\n" not in case.json
    and b"\r" not in case.json
]
DOCUMENTS = Transcoder(Document, mode="archive")


def good_lines() -> list[bytes]:
    """The documents of the vectors that are documents of the model too."""
    good = []
    for line in LINES[:250]:
        try:
            DOCUMENTS.to_binary(line)
        except StepwireError:
            continue
        good.append(line)
    assert len(good) > 100
    return good


GOOD = good_lines()


def delimited(messages: list[bytes]) -> bytes:
    output = io.BytesIO()
    for message in messages:
        size = len(message)
        while size > 0x7F:
            output.write(bytes([(size & 0x7F) | 0x80]))
            size >>= 7
        output.write(bytes([size]) + message)
    return output.getvalue()


def test_lines_are_packed_as_one_by_one() -> None:
    packed = DOCUMENTS.pack_lines(b"\n".join(GOOD))
    assert packed == delimited([DOCUMENTS.to_binary(line) for line in GOOD])
    file = io.BytesIO(packed)
    for line in GOOD:
        document = parse_length_prefixed(Document, file)
        assert document is not None
        again = DOCUMENTS.parse(line)
        assert document.SerializeToString(deterministic=True) == again.SerializeToString(
            deterministic=True
        )
    unpacked = DOCUMENTS.unpack_lines(packed)
    assert unpacked == b"".join(
        DOCUMENTS.to_json(DOCUMENTS.to_binary(line)) + b"\n" for line in GOOD
    )


def test_text_and_buffers_are_taken() -> None:
    lines = '{"name":"\u00e9","arguments":"","output":null}\n\n'
    calls = Transcoder(FunctionCall)
    packed = calls.pack_lines(lines)
    assert calls.pack_lines(bytearray(lines.encode())) == packed
    assert calls.pack_lines(memoryview(lines.encode())) == packed
    every_other = memoryview(b"".join(bytes([byte, 0]) for byte in lines.encode()))[::2]
    assert calls.pack_lines(every_other) == packed
    assert calls.unpack_lines(memoryview(packed)) == lines[:-1].encode()
    assert calls.pack_lines(b"") == calls.unpack_lines(bytearray()) == b""


@pytest.mark.parametrize("size", [1, 7, 4096, 1 << 20])
def test_blocks_are_the_same_in_any_pieces(size: int) -> None:
    lines = b"\n".join(GOOD if size > 7 else GOOD[:10])
    expected = DOCUMENTS.pack_lines(lines)
    pieces = [lines[start : start + size] for start in range(0, len(lines), size)]
    assert b"".join(DOCUMENTS.pack(pieces)) == expected
    assert b"".join(DOCUMENTS.pack(io.BytesIO(lines))) == expected
    pieces = [expected[start : start + size] for start in range(0, len(expected), size)]
    assert b"".join(DOCUMENTS.unpack(pieces)) == DOCUMENTS.unpack_lines(expected)


def test_refused_lines_raise_or_are_left_out() -> None:
    good = b'{"name":"n","arguments":"","output":null}'
    lines = b"\n".join([good, b"{}", b"", good, b"nonsense", good])
    calls = Transcoder(FunctionCall)
    with pytest.raises(DocumentError, match="document 2 at byte 42: missing_member") as refused:
        calls.pack_lines(lines)
    error = refused.value
    assert (error.code, error.number, error.start) == ("missing_member", 2, 42)
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.number, copy.start) == (str(error), 2, 42)
    refusals: list[DocumentError] = []
    packed = b"".join(calls.pack(io.BytesIO(lines), on_refused=refusals.append))
    assert packed == calls.pack_lines(b"\n".join([good] * 3))
    assert [(each.code, each.number) for each in refusals] == [
        ("missing_member", 2),
        ("not_json", 5),
    ]
    blocks = calls.pack(io.BytesIO(lines))
    assert next(blocks) == calls.pack_lines(good)
    with pytest.raises(DocumentError, match="document 2"):
        next(blocks)
    with pytest.raises(DocumentError, match="malformed_binary"):
        calls.unpack_lines(b"\x01\xff")


def test_errors_of_the_source_are_passed_on() -> None:
    class Broken:
        def read(self, size: int, /) -> bytes:
            raise TimeoutError("gone")

    calls = Transcoder(FunctionCall)
    with pytest.raises(TimeoutError, match="gone"):
        list(calls.pack(Broken()))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="binary file or chunks"):
        calls.pack(b"{}")  # type: ignore[arg-type]


def test_a_line_larger_than_the_limit_is_refused() -> None:
    calls = Transcoder(FunctionCall, max_bytes=1000)
    good = {"name": "n", "arguments": "", "output": None}
    large = json.dumps(good | {"arguments": "x" * 5_000_000})
    lines = "\n".join([json.dumps(good), large, json.dumps(good)])
    refusals: list[DocumentError] = []
    packed = b"".join(calls.pack(io.BytesIO(lines.encode()), on_refused=refusals.append))
    assert len(calls.unpack_lines(packed).splitlines()) == 2
    assert [(each.code, each.number) for each in refusals] == [("too_large", 2)]


def test_threads_run_at_the_same_time() -> None:
    lines = b"\n".join(GOOD)
    expected = DOCUMENTS.pack_lines(lines)
    with ThreadPoolExecutor(max_workers=8) as threads:
        assert set(threads.map(DOCUMENTS.pack_lines, [lines] * 8)) == {expected}
