"""Server-sent events, by the vectors, and the streams of a corpus where there is one."""

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from stepwire import (
    EventDecoder,
    EventEncoder,
    EventError,
    read_events,
    read_events_async,
    write_events,
)
from stepwire.v1.stream_event_pb2 import StreamEvent

from .vectors import FOLDER, message_class, utf8


def read_cases() -> Iterator[Any]:
    for path in sorted((FOLDER / "sse").glob("*.json")):
        for case in json.loads(path.read_text())["cases"]:
            yield pytest.param(case, id=f"{path.stem}: {case['name']}")


CASES = list(read_cases())
READ = [case for case in CASES if "event" not in case.values[0]]
WRITE = [case for case in CASES if "event" in case.values[0]]


def test_there_are_cases() -> None:
    assert len(READ) > 50
    assert len(WRITE) > 5


def stream_of(case: dict[str, Any]) -> bytes:
    if "sseBase64" in case:
        return base64.b64decode(case["sseBase64"])
    return str(case["sse"]).encode()


def decoder_of(case: dict[str, Any], refusals: list[EventError]) -> EventDecoder[Any]:
    options = case.get("options", {})
    return EventDecoder(
        message_class(case["schema"]),
        mode=options.get("mode", "preserve"),
        framing=options.get("framing", "strict"),
        # Their depth counts the object around the payload.
        max_depth=options.get("maxDepth", 100),
        max_event_bytes=options.get("maxEventBytes", 16 * 1024 * 1024),
        on_refused=refusals.append,
    )


@pytest.mark.parametrize("case", READ)
def test_reads(case: dict[str, Any]) -> None:
    stream = stream_of(case)
    size = len(stream) + 1
    for step in {size, 1 if size < 20_000 else 4096}:
        refusals: list[EventError] = []
        decoder = decoder_of(case, refusals)
        events: list[bytes] = []
        for start in range(0, len(stream), step):
            events += decoder.read(stream[start : start + step])
        events += decoder.finish()
        assert [event.hex() for event in events] == case["events"]
        assert len(refusals) == len(case.get("refusals", []))
        for error, refusal in zip(refusals, case.get("refusals", []), strict=True):
            assert_refused(error, refusal)


def assert_refused(error: EventError, refusal: dict[str, Any]) -> None:
    number = refusal.get("index", refusal.get("number", refusal.get("event")))
    assert error.index == number
    known = [(each["code"], utf8(each["pointer"])) for each in refusal["violations"]]
    assert (error.code, error.pointer) in known


@pytest.mark.parametrize("case", READ)
def test_writes_what_was_read(case: dict[str, Any]) -> None:
    encoder: EventEncoder[Any] = EventEncoder(message_class(case["schema"]))
    written = encoder.write([bytes.fromhex(event) for event in case["events"]])
    expected = case.get("written")
    assert written == (stream_of(case) if expected is None else expected.encode())


@pytest.mark.parametrize("case", WRITE)
def test_writes(case: dict[str, Any]) -> None:
    encoder: EventEncoder[Any] = EventEncoder(message_class(case["schema"]))
    event = bytes.fromhex(case["event"])
    if "violations" in case:
        with pytest.raises(EventError) as refused:
            encoder.write([event])
        assert_refused(refused.value, case | {"index": 0})
    else:
        assert encoder.write([event]).decode() == case["written"]


TEXT = (
    b'event: thread.message.delta\ndata: {"id":"m","object":"thread.message.delta","delta":{}}\n\n'
    b"event: done\ndata: [DONE]\n\n"
)


def test_messages_are_read_and_written() -> None:
    events = list(read_events(StreamEvent, io.BytesIO(TEXT)))
    assert [event.WhichOneof("event") for event in events] == ["message_delta", "done"]
    assert b"".join(write_events(StreamEvent, events)) == TEXT
    assert list(read_events(StreamEvent, [TEXT[:30], TEXT[30:]])) == events


def test_messages_are_read_asynchronously() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for byte in TEXT:
            await asyncio.sleep(0)
            yield bytes([byte])

    async def from_reader() -> list[StreamEvent]:
        reader = asyncio.StreamReader()
        reader.feed_data(TEXT)
        reader.feed_eof()
        return [event async for event in read_events_async(StreamEvent, reader)]

    async def from_chunks() -> list[StreamEvent]:
        return [event async for event in read_events_async(StreamEvent, chunks())]

    expected = list(read_events(StreamEvent, [TEXT]))
    assert asyncio.run(from_chunks()) == asyncio.run(from_reader()) == expected


def test_an_event_comes_as_soon_as_it_is_complete() -> None:
    seen: list[int] = []

    def chunks() -> Iterator[bytes]:
        for part in TEXT.split(b"\n\n")[:-1]:
            yield part + b"\n\n"
            seen.append(0)

    events = read_events(StreamEvent, chunks())
    assert next(events).WhichOneof("event") == "message_delta"
    assert seen == []


def test_a_refusal_raises_with_its_place() -> None:
    with pytest.raises(EventError, match="event 1: not_json") as refused:
        list(read_events(StreamEvent, [TEXT[: TEXT.index(b"event: done")], b"data: {\n\n"]))
    assert refused.value.index == 1


@pytest.mark.parametrize("options", [{"framing": "loose"}, {"max_event_bytes": 0}])
def test_options_that_are_invalid(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        EventDecoder(StreamEvent, **options)
