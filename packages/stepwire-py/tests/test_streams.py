"""The vectors for the stream format, and what readers and writers in Python do besides."""

import asyncio
import io
import json
import pickle
import random
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

import pytest

from stepwire.stream import (
    Encoding,
    Event,
    StreamErrorCode,
    StreamFailure,
    StreamFormatError,
    StreamLimits,
    StreamWriter,
    read_stream,
    read_stream_async,
)
from stepwire.v1.stream_event_pb2 import StreamEvent

from .vectors import FOLDER, message_class

ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)

LIMITS = {
    "maxEventBytes": "max_event_bytes",
    "maxStateBytes": "max_state_bytes",
    "maxBlockBytes": "max_block_bytes",
    "maxExpansion": "max_expansion",
}


@dataclass(frozen=True)
class StreamCase:
    """One case. The README of the vectors explains the members."""

    name: str
    members: dict[str, Any]

    @property
    def stream(self) -> bytes:
        return bytes.fromhex(self.members["stream"])

    @property
    def events(self) -> list[Event]:
        return [Event(number, bytes.fromhex(data)) for number, data in self.members["events"]]

    @property
    def options(self) -> dict[str, Any]:
        given = self.members.get("options", {})
        limits = {LIMITS[name]: value for name, value in given.items() if name in LIMITS}
        return {
            "encoding": self.members.get("encoding", "identity"),
            "first_number": given.get("firstNumber", 0),
            "limits": StreamLimits(**limits),
        }

    def check(self, events: list[Event], error: Exception | None, is_sooner: bool = False) -> None:
        """Compares what a reader returned. An expansion may be noticed sooner."""
        expected = self.members.get("error")
        is_sooner = is_sooner and expected is not None and expected["code"] == "expands_too_much"
        assert events == (self.events[: len(events)] if is_sooner else self.events)
        if expected is not None:
            assert isinstance(error, StreamFormatError)
            assert error.code == expected["code"]
            if "offset" in expected and not is_sooner:
                assert (error.offset, error.event) == (expected["offset"], expected["event"])
            assert error.expected
            assert error.found
        elif "failure" in self.members:
            assert isinstance(error, StreamFailure)
            assert error.detail.hex() == self.members["failure"]
        else:
            assert error is None


CASES = [
    StreamCase(f"{path.stem}: {members['name']}", members)
    for path in sorted((FOLDER / "streams").glob("*.json"))
    for members in json.loads(path.read_text())["cases"]
]
WRITTEN = [case for case in CASES if "schema" in case.members]


def name(case: StreamCase) -> str:
    return case.name


def collect(events: Iterator[Event]) -> tuple[list[Event], Exception | None]:
    found: list[Event] = []
    try:
        for event in events:
            found.append(event)
    except (StreamFormatError, StreamFailure) as error:
        return found, error
    return found, None


def collect_async(events: AsyncIterator[Event]) -> tuple[list[Event], Exception | None]:
    async def run() -> tuple[list[Event], Exception | None]:
        found: list[Event] = []
        try:
            async for event in events:
                found.append(event)
        except (StreamFormatError, StreamFailure) as error:
            return found, error
        return found, None

    return asyncio.run(run())


async def chunks_of(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def single_bytes(data: bytes) -> Iterable[bytes]:
    return (data[at : at + 1] for at in range(len(data)))


@pytest.mark.parametrize("case", CASES, ids=name)
def test_vectors_are_read(case: StreamCase) -> None:
    stream = case.stream
    case.check(*collect(read_stream(io.BytesIO(stream), **case.options)))
    case.check(*collect(read_stream([stream], **case.options)))
    case.check(*collect(read_stream(single_bytes(stream), **case.options)), is_sooner=True)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_vectors_are_read_asynchronously(case: StreamCase) -> None:
    stream = case.stream
    whole = chunks_of(stream, len(stream) or 1)
    case.check(*collect_async(read_stream_async(whole, **case.options)))
    single = chunks_of(stream, 1)
    case.check(*collect_async(read_stream_async(single, **case.options)), is_sooner=True)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("case", WRITTEN, ids=name)
def test_vectors_are_written(case: StreamCase, encoding: Encoding) -> None:
    events = case.events
    writer = StreamWriter(
        message_class(case.members["schema"]),
        first_number=events[0].number if events else 1,
        encoding=encoding,
    )
    written = []
    for size in case.members["blocks"]:
        block, events = events[:size], events[size:]
        number = block[0].number if block else None
        written.append(writer.write([event.data for event in block], number))
    written.append(writer.end())
    if encoding == "identity":
        assert b"".join(written) == case.stream
    # Everything in a block arrives with it.
    arrived = 0
    for event, expected in zip(read_stream(written, encoding=encoding), case.events, strict=True):
        assert event == expected
        arrived += 1
    assert arrived == len(case.events)


def text_delta(text: str, message: str = "m") -> bytes:
    event = StreamEvent()
    event.message_delta.id = message
    event.message_delta.delta.content.add().text.value = text
    return event.SerializeToString()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_events_arrive_with_their_block(encoding: Encoding) -> None:
    writer = StreamWriter(StreamEvent, encoding=encoding)
    pending: list[bytes] = []
    events = read_stream(iter(pending.pop, None), encoding=encoding)
    for text in ("Hi", " to", "", "!"):
        event = text_delta(text)
        pending.append(writer.write([event, event]))
        assert [next(events).data, next(events).data] == [event, event]
    with pytest.raises(IndexError):
        next(events)


def test_asyncio_streams_are_read_as_they_arrive() -> None:
    """``asyncio.StreamReader`` can be iterated by lines, which a stream does not have."""

    async def run() -> None:
        source = asyncio.StreamReader()
        writer = StreamWriter(StreamEvent)
        events = read_stream_async(source)
        for number in range(1, 4):
            event = text_delta("x" * number)
            source.feed_data(writer.write([event]))
            assert await anext(events) == (number, event)
        source.feed_data(writer.end())
        source.feed_eof()
        with pytest.raises(StopAsyncIteration):
            await anext(events)

    asyncio.run(run())


def random_events(seed: random.Random) -> list[bytes]:
    """Returns events that share much with those before, and other bytes."""
    events = []
    for _ in range(seed.randrange(40)):
        event = bytearray(text_delta("x" * seed.randrange(300), f"m{seed.randrange(2)}"))
        if seed.randrange(8) == 0:
            event[seed.randrange(len(event))] = seed.randrange(256)
        events.append(bytes(event))
    return events


@pytest.mark.parametrize("seed", range(100))
def test_any_bytes_are_restored(seed: int) -> None:
    numbers = random.Random(seed)
    encoding = ENCODINGS[seed % 3]
    state = numbers.randrange(1000)
    writer = StreamWriter(StreamEvent, max_state_bytes=state, encoding=encoding)
    events = random_events(numbers)
    written = [writer.alive()]
    rest = events
    while rest:
        size = 1 + numbers.randrange(len(rest))
        written.append(writer.write(rest[:size], writer.number + numbers.randrange(3)))
        rest = rest[size:]
    written.append(writer.end())
    limits = StreamLimits(max_state_bytes=state)
    assert [
        event.data for event in read_stream(written, encoding=encoding, limits=limits)
    ] == events


@pytest.mark.parametrize("seed", range(200))
def test_spoiled_streams_are_refused_or_read(seed: int) -> None:
    numbers = random.Random(seed)
    encoding = ENCODINGS[seed % 3]
    writer = StreamWriter(StreamEvent, encoding=encoding)
    spoiled = bytearray(writer.write(random_events(numbers)) + writer.end())
    spoiled[numbers.randrange(len(spoiled))] ^= 1 + numbers.randrange(255)
    # `collect` lets other errors through.
    collect(read_stream([bytes(spoiled)], encoding=encoding))


def test_a_bomb_is_refused_before_it_is_decompressed() -> None:
    bomb = zlib.compressobj(wbits=31)
    data = bomb.compress(b"\x89SW\x01\x01" + b"\x00\x02" * 1_000_000) + bomb.flush()
    limits = StreamLimits(max_block_bytes=10_000, max_expansion=2)
    with pytest.raises(StreamFormatError) as refused:
        list(read_stream([data], encoding="gzip", limits=limits))
    assert refused.value.code == "expands_too_much"
    assert refused.value.offset < 200_000


def test_a_source_that_does_not_block_is_refused() -> None:
    class Source(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            return None  # type: ignore[return-value]

    with pytest.raises(BlockingIOError):
        list(read_stream(Source()))


def test_a_writer_that_has_ended() -> None:
    writer = StreamWriter(StreamEvent)
    assert writer.fail(b"gone").endswith(b"\x00\x03\x04gone")
    for write in (writer.end, writer.alive, lambda: writer.write([])):
        with pytest.raises(ValueError, match="the stream has ended"):
            write()


def test_numbers_that_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="it must be from 0 to"):
        StreamWriter(StreamEvent, first_number=2**53)
    writer = StreamWriter(StreamEvent, first_number=7)
    for number in (-1, 6, 2**53):
        with pytest.raises(ValueError, match="it must be from 7 to"):
            writer.write([b""], number)
    with pytest.raises(ValueError, match="it must be from 7 to"):
        writer.write([b"", b""], 2**53 - 1)
    writer.write([b""], 2**53 - 1)


def test_options_that_do_not_exist() -> None:
    encoding: Any = "br"
    for make in (
        lambda: read_stream([], encoding=encoding),
        lambda: read_stream_async(chunks_of(b"", 1), encoding=encoding),
        lambda: StreamWriter(StreamEvent, encoding=encoding),
    ):
        with pytest.raises(ValueError, match="encoding is one of 'identity', 'gzip', 'zstd'"):
            make()
    with pytest.raises(ValueError, match="max_event_bytes is an integer of at least 0, not -1"):
        StreamLimits(max_event_bytes=-1)


def test_errors_say_what_and_where() -> None:
    with pytest.raises(StreamFormatError) as refused:
        list(read_stream([b"\x1f\x8b\x08\x00"]))
    error = refused.value
    assert str(error) == (
        "bad_magic in the stream (offset 0, event 0): "
        "expected the bytes 89 53 57, found 1f 8b 08 00, which is gzip"
    )
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.code, copy.offset, copy.event) == (error.code, error.offset, error.event)
    assert pickle.loads(pickle.dumps(StreamFailure(b"x"))).detail == b"x"
    assert "cut_off" in get_args(StreamErrorCode)
