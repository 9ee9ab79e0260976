from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, Literal, TypeVar, get_args

from google.protobuf.message import Message

from ._native import Blocks, Converter
from .conversion import Mode
from .data import Data
from .errors import DocumentError
from .source import Source, reader

if TYPE_CHECKING:
    from typing_extensions import Self

UnknownFields = Literal["drop", "refuse"]
"""What to do about fields of a binary message that the schema does not have: leave them
out of the JSON, or refuse the message."""

DEFAULT_MAX_DEPTH = 100
LARGEST_MAX_DEPTH = 1000
DEFAULT_MAX_BYTES = 64 * 1024 * 1024
LARGEST_MAX_BYTES = 0x3FFFFFFF

M = TypeVar("M", bound=Message)


class Transcoder(Converter, Generic[M]):
    """Converts between OpenAI JSON and one type of message.

    Keep it. Any number of threads may use one transcoder at a time; conversions of larger inputs
    release the global interpreter lock.

    Args:
        message: The class of the messages, from one of the modules ``stepwire.v1.*_pb2``,
            or of your own schema.
        mode: What JSON is refused.
        max_depth: How many levels of arrays and objects a document may have; at most 1,000.
        max_bytes: How many bytes a document may have, in either form.
        unknown_fields: What to do about fields that the schema does not have, on the way to JSON.
        table: Your own schema, as ``stepwire table`` of the same version writes it, if the
            message belongs to it.

    Raises:
        ValueError: The kernel or the table does not know the message, or an option is invalid.
    """

    _message: type[M]
    _max_bytes: int

    def __new__(
        cls,
        message: type[M],
        *,
        mode: Mode = "preserve",
        max_depth: int = DEFAULT_MAX_DEPTH,
        max_bytes: int = DEFAULT_MAX_BYTES,
        unknown_fields: UnknownFields = "drop",
        table: Data | None = None,
    ) -> "Self":
        _check_choice("mode", mode, get_args(Mode))
        _check_choice("unknown_fields", unknown_fields, get_args(UnknownFields))
        _check_limit("max_depth", max_depth, LARGEST_MAX_DEPTH)
        _check_limit("max_bytes", max_bytes, LARGEST_MAX_BYTES)
        transcoder = super().__new__(
            cls,
            message.DESCRIPTOR.full_name,
            mode,
            max_depth,
            max_bytes,
            unknown_fields == "refuse",
            table,
        )
        transcoder._message = message
        transcoder._max_bytes = max_bytes
        return transcoder

    @property
    def message(self) -> type[M]:
        """The class of the messages."""
        return self._message

    @property
    def max_bytes(self) -> int:
        """How many bytes a document may have."""
        return self._max_bytes

    def parse(self, json: Data | str) -> M:
        """Returns a JSON document as a message; refuses what ``to_binary`` does."""
        return self._message.FromString(self.to_binary(json))

    def stringify(self, message: M) -> str:
        """Returns a message as a JSON document; refuses what ``to_json`` does."""
        return self.to_json(message.SerializeToString()).decode()

    def pack(
        self,
        source: Source,
        *,
        on_refused: Callable[[DocumentError], object] | None = None,
    ) -> Iterator[bytes]:
        """Converts lines of JSON of any length to size-delimited messages.

        Args:
            source: A binary file, or chunks of bytes. About a megabyte is held in memory, or as
                much as the largest document.
            on_refused: Called for each refused document, which is then left out. Without it, the
                first one raises.

        Yields:
            Blocks of whole messages, each after its size.

        Raises:
            DocumentError: A document is refused. The blocks before it were yielded.
        """
        return _blocks(self.pack_blocks(reader(source)), on_refused)

    def unpack(
        self,
        source: Source,
        *,
        on_refused: Callable[[DocumentError], object] | None = None,
    ) -> Iterator[bytes]:
        """Converts size-delimited messages to lines of JSON; otherwise like ``pack``."""
        return _blocks(self.unpack_blocks(reader(source)), on_refused)


def to_binary(message: type[Message], json: Data | str) -> bytes:
    """Returns a JSON document as a binary message of this type, with the default options."""
    return _default(message).to_binary(json)


def to_json(message: type[Message], binary: Data) -> bytes:
    """Returns a binary message of this type as a JSON document, with the default options."""
    return _default(message).to_json(binary)


_defaults: dict[type[Message], Transcoder[Message]] = {}


def _default(message: type[Message]) -> Transcoder[Message]:
    transcoder = _defaults.get(message)
    if transcoder is None:
        transcoder = _defaults[message] = Transcoder(message)
    return transcoder


def _blocks(
    blocks: Blocks, on_refused: Callable[[DocumentError], object] | None
) -> Iterator[bytes]:
    for converted, _, refused in blocks:
        if converted:
            yield converted
        if refused is not None:
            if on_refused is None:
                raise refused
            on_refused(refused)


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"{name} is one of {', '.join(map(repr, choices))}, not {value!r}")


def _check_limit(name: str, limit: int, largest: int) -> None:
    if not isinstance(limit, int) or not 1 <= limit <= largest:
        raise ValueError(f"{name} is an integer from 1 to {largest}, not {limit!r}")
