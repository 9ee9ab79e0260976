"""The native module, which ``native/src`` implements. It is private: use the package."""

from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias, final

from typing_extensions import Self

from .data import Data
from .errors import DocumentError

Buffers: TypeAlias = tuple[Data | None, Data, Data]

def delimit_array(buffers: Buffers, start: int, count: int) -> bytes: ...

class Converter:
    def __new__(
        cls,
        name: str,
        mode: str,
        max_depth: int,
        max_bytes: int,
        refuse_unknown: bool,
        table: Data | None,
    ) -> Self: ...
    def to_binary(self, json: Data | str, /) -> bytes:
        """Returns a JSON document (a buffer: UTF-8) as a binary message.

        Raises:
            StepwireError: It is refused; the first violation that was found.
            TypeError: It is neither text nor a buffer.
            MemoryError: It does not fit into a WebAssembly memory.
        """

    def to_json(self, binary: Data, /) -> bytes:
        """Returns a binary message as a JSON document, UTF-8, without white space.

        Raises:
            StepwireError: It is malformed, or has no JSON form.
            TypeError: It is not a buffer.
            MemoryError: It does not fit into a WebAssembly memory.
        """

    def pack_lines(self, lines: Data | str, /) -> bytes:
        """Returns lines of JSON (JSONL) as size-delimited messages: each after its size, a varint.

        Raises:
            DocumentError: A document is refused; the first one.
            TypeError: It is neither text nor a buffer.
            MemoryError: All lines do not fit into a WebAssembly memory. Use ``pack``.
        """

    def unpack_lines(self, messages: Data, /) -> bytes:
        """Returns size-delimited messages as lines of JSON.

        Raises:
            DocumentError: A message is refused; the first one.
            TypeError: It is not a buffer.
            MemoryError: All messages do not fit into a WebAssembly memory. Use ``unpack``.
        """

    def pack_blocks(self, read: Callable[[int], Data]) -> Blocks: ...
    def unpack_blocks(self, read: Callable[[int], Data]) -> Blocks: ...
    def convert_array(
        self, to_json: bool, buffers: Buffers, start: int, count: int
    ) -> tuple[bytes, bytes]: ...
    def array_to_lines(self, buffers: Buffers, start: int, count: int) -> bytes: ...
    @property
    def memory_size(self) -> int:
        """How many bytes of WebAssembly memory it holds between conversions."""

@final
class Blocks(Iterator[tuple[bytes, int, DocumentError | None]]):
    def __next__(self) -> tuple[bytes, int, DocumentError | None]: ...

@final
class EventDecoder:
    def __new__(cls, converter: Converter, framing: str, max_event_bytes: int) -> Self: ...
    def push(self, chunk: Data, /) -> None: ...
    def finish(self) -> None: ...
    def next_event(self) -> bytes | None: ...
    @property
    def is_ended(self) -> bool: ...
    @property
    def skipped_lines(self) -> int: ...

@final
class EventEncoder:
    def __new__(cls, converter: Converter) -> Self: ...
    def encode(self, events: list[Data], /) -> bytes: ...

@final
class ObjectNumber:
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Accumulator:
    def __new__(
        cls,
        message: str,
        limits: tuple[int, int, int, int, int, int],
        max_event_bytes: int,
        set_names: list[str] | None,
        objects: list[str],
    ) -> Self: ...
    def apply(self, event: Data, /) -> ObjectNumber | None: ...
    def apply_all(self, events: Data, /) -> int: ...
    def numbers(self) -> list[ObjectNumber]: ...
    def object(self, number: ObjectNumber) -> tuple[str, str, bytes] | None: ...
    def find(self, message: str, id: str) -> ObjectNumber | None: ...
    def remove(self, number: ObjectNumber) -> bool: ...
    @property
    def ended(self) -> Literal["done", "error"] | None: ...
    @property
    def size(self) -> int: ...

@final
class Columns:
    fields: list[tuple[str, str, bool]]
    def __new__(cls, message: str) -> Self: ...
    def convert(self, messages: Data) -> list[tuple[int, int, bytes, bytes, bytes, int, bytes]]: ...

@final
class ArchiveReader(Iterator[tuple[int, bytes]]):
    def __new__(
        cls, read: Callable[[int], Data], max_bytes: int, max_block_bytes: int, recover: bool
    ) -> Self: ...
    @property
    def message(self) -> str | None: ...
    def __next__(self) -> tuple[int, bytes]: ...
    def next_block(self) -> tuple[int, bytes] | None: ...

@final
class ArchiveWriter:
    def __new__(
        cls, write: Callable[[bytes], object], message: str, compression: str, id: bytes | None
    ) -> Self: ...
    def write(self, document: Data) -> None: ...
    def write_delimited(self, documents: Data) -> None: ...
    def flush(self) -> None: ...
    def finish(self) -> None: ...
