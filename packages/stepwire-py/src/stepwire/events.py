from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Generic, Literal, TypeVar, get_args

from google.protobuf.message import Message

from . import _native
from .conversion import Mode
from .data import Data
from .errors import EventError
from .source import AsyncSource, Source, chunks, chunks_async
from .transcoder import DEFAULT_MAX_DEPTH, Transcoder

Framing = Literal["strict", "lenient"]
"""How events are told apart: by blank lines, or also by lines that must belong to another event,
for streams that have lost their blank lines."""

DEFAULT_MAX_EVENT_BYTES = 16 * 1024 * 1024
LARGEST_MAX_EVENT_BYTES = 0x0FFFFFFF

M = TypeVar("M", bound=Message)

OnRefused = Callable[[EventError], object]


class EventDecoder(Generic[M]):
    """Converts the bytes of one stream of server-sent events to binary event messages.

    Args:
        message: The class of the event messages.
        mode: What is refused.
        framing: How events are told apart.
        max_depth: How many levels of arrays and objects the document of an event may have, which
            is one more than its payload has; at most 1,000.
        max_event_bytes: How many bytes an event may have.
        on_refused: Called for each refused event, which is then left out. Without it, the first
            one raises.

    Raises:
        ValueError: The message is not one of events, or an option is invalid.
    """

    def __init__(
        self,
        message: type[M],
        *,
        mode: Mode = "preserve",
        framing: Framing = "strict",
        max_depth: int = DEFAULT_MAX_DEPTH,
        max_event_bytes: int = DEFAULT_MAX_EVENT_BYTES,
        on_refused: OnRefused | None = None,
    ) -> None:
        if framing not in get_args(Framing):
            raise ValueError(f"framing is one of 'strict', 'lenient', not {framing!r}")
        if not isinstance(max_event_bytes, int) or not (
            1 <= max_event_bytes <= LARGEST_MAX_EVENT_BYTES
        ):
            raise ValueError(
                f"max_event_bytes is an integer from 1 to {LARGEST_MAX_EVENT_BYTES},"
                f" not {max_event_bytes!r}"
            )
        transcoder = _transcoder(message, mode, max_depth)
        self._decoder = _native.EventDecoder(transcoder, framing, max_event_bytes)
        self._on_refused = on_refused

    def read(self, chunk: Data) -> Iterator[bytes]:
        """Takes the next bytes of the stream, in pieces of any size.

        Returns:
            The event messages that they complete. Read them all before the next chunk.

        Raises:
            EventError: An event is refused. The events before it were returned, and those after it
                are returned by the next call.
        """
        self._decoder.push(chunk)
        return self._events()

    def finish(self) -> Iterator[bytes]:
        """Ends the stream, which may complete the last event; otherwise like ``read``."""
        self._decoder.finish()
        return self._events()

    @property
    def skipped_lines(self) -> int:
        """How many lines did not belong to an event so far, such as comments."""
        return self._decoder.skipped_lines

    def _events(self) -> Iterator[bytes]:
        next_event = self._decoder.next_event
        while True:
            try:
                event = next_event()
            except EventError as error:
                if self._on_refused is None:
                    raise
                self._on_refused(error)
                continue
            if event is None:
                return
            yield event


class EventEncoder(Generic[M]):
    """Converts binary event messages to the bytes of a stream of server-sent events.

    Args:
        message: The class of the event messages.
        max_depth: How many levels of arrays and objects the document of an event may have, which
            is one more than its payload has; at most 1,000.
    """

    def __init__(self, message: type[M], *, max_depth: int = DEFAULT_MAX_DEPTH) -> None:
        self._encoder = _native.EventEncoder(_transcoder(message, "preserve", max_depth))

    def write(self, events: Iterable[Data]) -> bytes:
        """Returns the server-sent events of event messages.

        Raises:
            EventError: No server-sent event can hold a message.
        """
        return self._encoder.encode(list(events))


def read_events(
    message: type[M],
    source: Source,
    *,
    mode: Mode = "preserve",
    framing: Framing = "strict",
    max_depth: int = DEFAULT_MAX_DEPTH,
    max_event_bytes: int = DEFAULT_MAX_EVENT_BYTES,
    on_refused: OnRefused | None = None,
) -> Iterator[M]:
    """Returns the events of a stream of server-sent events, each as soon as it has arrived.

    Args:
        message: The class of the event messages.
        source: A binary file, such as the response of an HTTP request, or chunks of any size.
            It is not closed.
        mode: What is refused.
        framing: How events are told apart.
        max_depth: How many levels of arrays and objects the document of an event may have, which
            is one more than its payload has; at most 1,000.
        max_event_bytes: How many bytes an event may have.
        on_refused: Called for each refused event, which is then left out. Without it, the first
            one raises.

    Raises:
        EventError: An event is refused. The events before it were returned.
    """
    decoder = EventDecoder(
        message,
        mode=mode,
        framing=framing,
        max_depth=max_depth,
        max_event_bytes=max_event_bytes,
        on_refused=on_refused,
    )
    return _read(message, source, decoder)


def read_events_async(
    message: type[M],
    source: AsyncSource,
    *,
    mode: Mode = "preserve",
    framing: Framing = "strict",
    max_depth: int = DEFAULT_MAX_DEPTH,
    max_event_bytes: int = DEFAULT_MAX_EVENT_BYTES,
    on_refused: OnRefused | None = None,
) -> AsyncIterator[M]:
    """Returns the events of a stream, as ``read_events`` does.

    The source is a reader, such as ``asyncio.StreamReader``, or an async iterator over chunks of
    any size.
    """
    decoder = EventDecoder(
        message,
        mode=mode,
        framing=framing,
        max_depth=max_depth,
        max_event_bytes=max_event_bytes,
        on_refused=on_refused,
    )
    return _read_async(message, source, decoder)


def write_events(
    message: type[M], events: Iterable[M], *, max_depth: int = DEFAULT_MAX_DEPTH
) -> Iterator[bytes]:
    """Returns each event message as a server-sent event.

    Raises:
        EventError: No server-sent event can hold a message.
    """
    encoder = EventEncoder(message, max_depth=max_depth)
    return (encoder.write([event.SerializeToString()]) for event in events)


def _read(message: type[M], source: Source, decoder: EventDecoder[M]) -> Iterator[M]:
    for chunk in chunks(source):
        for event in decoder.read(chunk):
            yield message.FromString(event)
    for event in decoder.finish():
        yield message.FromString(event)


async def _read_async(
    message: type[M], source: AsyncSource, decoder: EventDecoder[M]
) -> AsyncIterator[M]:
    async for chunk in chunks_async(source):
        for event in decoder.read(chunk):
            yield message.FromString(event)
    for event in decoder.finish():
        yield message.FromString(event)


_transcoders: dict[tuple[type[Message], Mode, int], Transcoder[Message]] = {}


def _transcoder(message: type[Message], mode: Mode, max_depth: int) -> Transcoder[Message]:
    """Returns a shared transcoder: creating one takes longer than a short stream."""
    key = (message, mode, max_depth)
    transcoder = _transcoders.get(key)
    if transcoder is None:
        transcoder = Transcoder(message, mode=mode, max_depth=max_depth)
        _transcoders[key] = transcoder
    return transcoder
