from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import BinaryIO, Protocol, TypeAlias, runtime_checkable

from .compression import Encoding
from .reader import Event, StreamLimits, StreamReader

CHUNK_BYTES = 64 * 1024
"""A source is asked for at most this many bytes at a time."""


@runtime_checkable
class AsyncReadable(Protocol):
    """Such as ``asyncio.StreamReader``. Returns what has arrived; nothing at the end."""

    async def read(self, size: int, /) -> bytes: ...


Source: TypeAlias = BinaryIO | Iterable[bytes]
AsyncSource: TypeAlias = AsyncReadable | AsyncIterable[bytes]

_DEFAULT_LIMITS = StreamLimits()


def read_stream(
    source: Source,
    *,
    encoding: Encoding = "identity",
    first_number: int = 0,
    limits: StreamLimits = _DEFAULT_LIMITS,
) -> Iterator[Event]:
    """Returns the events of a stream, each as soon as it has arrived.

    Args:
        source: A binary file, such as the response of an HTTP request, or chunks of any size.
            It is not closed.
        encoding: How the stream is compressed.
        first_number: The smallest number that the first event may have.
        limits: What is accepted at most.

    Raises:
        StreamFormatError: After the last event: the stream is malformed, or exceeds a limit.
        StreamFailure: After the last event: the writer reported a failure.
    """
    return _read(source, StreamReader(encoding, first_number, limits))


def read_stream_async(
    source: AsyncSource,
    *,
    encoding: Encoding = "identity",
    first_number: int = 0,
    limits: StreamLimits = _DEFAULT_LIMITS,
) -> AsyncIterator[Event]:
    """Returns the events of a stream, as ``read_stream`` does.

    Args:
        source: A reader, such as ``asyncio.StreamReader``, or chunks of any size.
        encoding: How the stream is compressed.
        first_number: The smallest number that the first event may have.
        limits: What is accepted at most.
    """
    return _read_async(source, StreamReader(encoding, first_number, limits))


def _read(source: Source, reader: StreamReader) -> Iterator[Event]:
    for chunk in _chunks(source):
        yield from reader.read(chunk)
    reader.finish()


async def _read_async(source: AsyncSource, reader: StreamReader) -> AsyncIterator[Event]:
    async for chunk in _chunks_async(source):
        for event in reader.read(chunk):
            yield event
    reader.finish()


def _chunks(source: Source) -> Iterator[bytes]:
    # Unlike `read` of a buffered file, `read1` does not wait for more than has arrived.
    read = getattr(source, "read1", None) or getattr(source, "read", None)
    if read is None:
        yield from source
        return
    while chunk := read(CHUNK_BYTES):
        yield chunk
    if chunk is None:
        raise BlockingIOError("the source must be a blocking file")


async def _chunks_async(source: AsyncSource) -> AsyncIterator[bytes]:
    # Such readers can also be iterated, but by lines.
    if isinstance(source, AsyncReadable):
        while chunk := await source.read(CHUNK_BYTES):
            yield chunk
        return
    async for chunk in source:
        yield chunk
