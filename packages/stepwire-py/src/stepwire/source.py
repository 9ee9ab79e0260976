"""What is read from: files, responses and chunks of bytes."""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from typing import BinaryIO, Protocol, TypeAlias, runtime_checkable

from .data import Data

CHUNK_BYTES = 64 * 1024
"""A source is asked for at most this many bytes at a time."""


@runtime_checkable
class AsyncReadable(Protocol):
    """Such as ``asyncio.StreamReader``. Returns what has arrived; nothing at the end."""

    async def read(self, size: int, /) -> bytes: ...


Source: TypeAlias = BinaryIO | Iterable[bytes]
AsyncSource: TypeAlias = AsyncReadable | AsyncIterable[bytes]


def chunks(source: Source) -> Iterator[bytes]:
    """Returns what a source has, as it arrives."""
    # Unlike `read` of a buffered file, `read1` does not wait for more than has arrived.
    read = getattr(source, "read1", None) or getattr(source, "read", None)
    if read is None:
        yield from source
        return
    while chunk := read(CHUNK_BYTES):
        yield chunk
    if chunk is None:
        raise BlockingIOError("the source must be a blocking file")


async def chunks_async(source: AsyncSource) -> AsyncIterator[bytes]:
    """Returns what a source has, as it arrives."""
    # Such readers can also be iterated, but by lines.
    if isinstance(source, AsyncReadable):
        while chunk := await source.read(CHUNK_BYTES):
            yield chunk
        return
    async for chunk in source:
        yield chunk


def reader(source: Source) -> Callable[[int], Data]:
    """Returns a function that reads at most so many bytes; none at the end of the source."""
    read = getattr(source, "read", None)
    if read is not None:
        function: Callable[[int], Data] = read
        return function
    if isinstance(source, bytes | bytearray | memoryview | str):
        raise TypeError(f"the source is a binary file or chunks, not {type(source).__name__}")
    rest_of_chunks = iter(source)
    rest = memoryview(b"")

    def take(size: int) -> Data:
        nonlocal rest
        while not rest:
            chunk = next(rest_of_chunks, None)
            if chunk is None:
                return b""
            rest = memoryview(chunk).cast("B")
        taken, rest = rest[:size], rest[size:]
        return taken

    return take
