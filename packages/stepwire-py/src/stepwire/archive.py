"""Archives: files with many binary messages of one type, as `stepwire pack` writes them.

docs/archive-format.md in the project's repository defines the format.
"""

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Literal, Protocol, get_args

from google.protobuf.message import Message

from . import _native
from .data import Data
from .errors import ArchiveError
from .source import Source, reader

DEFAULT_MAX_BYTES = 64 * 1024 * 1024
DEFAULT_MAX_BLOCK_BYTES = 128 * 1024 * 1024

Compression = Literal["none", "zstd"]

OnDamage = Callable[[ArchiveError], object]


class Output(Protocol):
    """A file opened for writing bytes. It returns how many it has written; None for all."""

    def write(self, data: bytes, /) -> int | None: ...


class ArchiveReader:
    """Reads an archive: an iterator over the documents in binary.

    It also reads size-delimited messages, which Protobuf's own libraries write.

    Args:
        source: A binary file, or chunks of any size.
        max_bytes: How many bytes a document may have.
        max_block_bytes: How many bytes a block may have, also after it is expanded.
        on_damage: Called for each damaged part; the reader then continues after it where that is
            possible. Without it, the first one raises.

    Raises:
        ArchiveError: While iterating: the archive is damaged. All before was returned.
    """

    def __init__(
        self,
        source: Source,
        *,
        max_bytes: int = DEFAULT_MAX_BYTES,
        max_block_bytes: int = DEFAULT_MAX_BLOCK_BYTES,
        on_damage: OnDamage | None = None,
    ) -> None:
        recover = on_damage is not None
        self._reader = _native.ArchiveReader(reader(source), max_bytes, max_block_bytes, recover)
        self._on_damage = on_damage

    @property
    def message(self) -> str | None:
        """The full name of the messages' type; empty if the writer did not know it. None before
        the first document, and for size-delimited messages."""
        return self._reader.message

    def __iter__(self) -> Iterator[bytes]:
        return (document for _, document in self.numbered())

    def numbered(self) -> Iterator[tuple[int, bytes]]:
        """Returns the documents with their numbers, counted from 1."""
        while True:
            try:
                yield from self._reader
                return
            except ArchiveError as error:
                self._report(error)

    def blocks(self) -> Iterator[bytes]:
        """Returns the documents together, each after its size: what ``Transcoder.unpack`` reads."""
        while True:
            try:
                block = self._reader.next_block()
            except ArchiveError as error:
                self._report(error)
                continue
            if block is None:
                return
            yield block[1]

    def _report(self, error: ArchiveError) -> None:
        if self._on_damage is None:
            raise error
        self._on_damage(error)


class ArchiveWriter:
    """Writes an archive. Use it in a ``with`` statement, or call ``finish`` at the end: otherwise,
    readers find that the archive is cut off.

    Args:
        output: A file opened for writing bytes. It is not closed.
        message: The class of the messages.
        compression: How blocks are compressed.
        id: Eight random bytes that identify the archive; for tests.
    """

    def __init__(
        self,
        output: Output,
        message: type[Message] | str,
        *,
        compression: Compression = "none",
        id: bytes | None = None,
    ) -> None:
        if compression not in get_args(Compression):
            raise ValueError(f"compression is one of 'none', 'zstd', not {compression!r}")
        name = message if isinstance(message, str) else message.DESCRIPTOR.full_name
        self._writer = _native.ArchiveWriter(output.write, name, compression, id)

    def write(self, document: Message | Data) -> None:
        """Adds a document, as a message or in binary."""
        data = document.SerializeToString() if isinstance(document, Message) else document
        self._writer.write(data)

    def write_delimited(self, documents: Data) -> None:
        """Adds documents that each follow their size, as ``Transcoder.pack`` yields them."""
        self._writer.write_delimited(documents)

    def flush(self) -> None:
        """Ends the block, so that all documents so far can be read."""
        self._writer.flush()

    def finish(self) -> None:
        """Ends the archive."""
        self._writer.finish()

    def __enter__(self) -> "ArchiveWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.finish()
