from collections.abc import AsyncIterator, Iterator

from ..source import AsyncSource, Source, chunks, chunks_async
from .compression import Encoding
from .reader import Event, StreamLimits, StreamReader

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
    for chunk in chunks(source):
        yield from reader.read(chunk)
    reader.finish()


async def _read_async(source: AsyncSource, reader: StreamReader) -> AsyncIterator[Event]:
    async for chunk in chunks_async(source):
        for event in reader.read(chunk):
            yield event
    reader.finish()
