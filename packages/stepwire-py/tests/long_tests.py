"""Longer tests: `pnpm test:languages-long` runs them, with the module that is published."""

import hashlib
import json
import os
import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from stepwire import (
    AccumulationError,
    Accumulator,
    EventDecoder,
    EventEncoder,
    EventError,
    StepwireError,
    Transcoder,
)
from stepwire.events import Framing
from stepwire.v1.document_pb2 import Document
from stepwire.v1.run_step_pb2 import RunStep
from stepwire.v1.stream_event_pb2 import StreamEvent

from .vectors import FROM_JSON, Case, message_class

RESULTS = os.environ.get("STEPWIRE_CORPUS_RESULTS")
"""What `pnpm corpus-results` wrote."""


def sha256(parts: list[bytes]) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def size_delimited(message: bytes) -> bytes:
    size = len(message)
    prefix = bytearray()
    while size > 0x7F:
        prefix.append((size & 0x7F) | 0x80)
        size >>= 7
    return bytes([*prefix, size]) + message


@pytest.mark.skipif(RESULTS is None, reason="there are no recorded streams beside the project")
def test_recorded_streams_become_the_same_as_in_typescript() -> None:
    folder = Path(RESULTS or "")
    results = json.loads((folder / "index.json").read_text())
    assert len(results) > 50
    # Like a server: many streams at a time.
    with ThreadPoolExecutor(max_workers=8) as threads:
        list(threads.map(lambda result: check_recorded(folder, result), results))
    print(f"{len(results)} streams")


def check_recorded(folder: Path, result: dict[str, Any]) -> None:
    stream = (folder / result["file"]).read_bytes()
    message = message_class(result["schema"])
    framing: Framing = result.get("framing") or "strict"
    for size in (len(stream) + 1, 7):
        decoder = EventDecoder(message, mode="archive", framing=framing)
        events: list[bytes] = []
        for start in range(0, len(stream), size):
            events += decoder.read(stream[start : start + size])
        events += decoder.finish()
        assert len(events) == result["events"], result["name"]
        assert sha256([size_delimited(each) for each in events]) == result["messages"]
    encoder = EventEncoder(message)
    assert sha256([write(encoder, each) for each in events]) == result["written"]
    check_accumulated(message, events, result)


def write(encoder: EventEncoder[Any], event: bytes) -> bytes:
    try:
        return encoder.write([event])
    except EventError:
        return b""


def check_accumulated(message: Any, events: list[bytes], result: dict[str, Any]) -> None:
    accumulator = Accumulator(message)
    refused = []
    for number, event in enumerate(events):
        try:
            accumulator.apply(event)
        except AccumulationError:
            refused.append(number)
    assert refused == result["refused"], result["name"]
    assert accumulator.ended == result.get("ended")
    found = [
        (each.DESCRIPTOR.full_name, sha256([data]))
        for each, data in accumulator_objects(accumulator)
    ]
    expected = [(each["type"], each["message"]) for each in result["objects"]]
    assert sorted(found) == sorted(expected), result["name"]


def accumulator_objects(accumulator: Accumulator[Any]) -> list[tuple[Any, bytes]]:
    numbers = accumulator.numbers()
    return [(accumulator.get(each), accumulator.get_bytes(each) or b"") for each in numbers]


STEPS = [
    case
    for case in FROM_JSON
    if case.members["schema"] == "stepwire.v1.RunStep"
    and not case.violations("preserve")
    and "limits" not in case.members
]


def peak() -> int:
    """The largest memory of the process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_a_million_calls_need_no_more_memory() -> None:
    transcoder = Transcoder(RunStep)
    inputs = [(case.json, case.binary or b"") for case in STEPS]

    def call(count: int) -> None:
        for number in range(count):
            json_text, binary = inputs[number % len(inputs)]
            assert transcoder.to_binary(json_text) == binary
            transcoder.to_json(memoryview(binary))
            if number % 16 == 0:
                with pytest.raises(StepwireError):
                    transcoder.to_binary(b"{")

    assert_no_growth(call, 500_000)


def test_many_streams_and_batches_need_no_more_memory() -> None:
    documents = Transcoder(Document, mode="archive")
    lines = b'{"my":"own","number":1.50}\n' * 100
    text = b'event: thread.message.delta\ndata: {"id":"m","delta":{}}\n\n' * 10

    def call(count: int) -> None:
        for _ in range(count):
            documents.unpack_lines(documents.pack_lines(lines))
            decoder = EventDecoder(StreamEvent, mode="archive")
            events = list(decoder.read(text))
            EventEncoder(StreamEvent).write(events)
            accumulator = Accumulator(StreamEvent)
            for event in events:
                accumulator.apply(event)
            assert len(accumulator.objects()) <= 1

    assert_no_growth(call, 5_000)


def assert_no_growth(call: Callable[[int], None], count: int) -> None:
    call(count // 10)
    before = peak()
    call(count)
    assert peak() - before < 8 * 1024 * 1024


def test_eight_threads_disturb_no_other() -> None:
    transcoder = Transcoder(RunStep)

    def convert(case: Case) -> bool:
        binary = transcoder.to_binary(case.json)
        return binary == case.binary and transcoder.to_json(binary).decode() == case.output

    with ThreadPoolExecutor(max_workers=8) as threads:
        assert all(threads.map(convert, STEPS * 500))
