from typing import Generic, Literal, TypeAlias, TypeVar, get_args

from google.protobuf.message import Message

from .conversion import REFUSED, UNKNOWN_FIELD, Mode
from .errors import StepwireError
from .kernel import Kernel

UnknownFields = Literal["drop", "refuse"]
"""What to do about fields of a binary message that the schema does not have: leave them
out of the JSON, or refuse the message."""

DEFAULT_MAX_DEPTH = 100
LARGEST_MAX_DEPTH = 1000
DEFAULT_MAX_BYTES = 64 * 1024 * 1024
LARGEST_MAX_BYTES = 0x3FFFFFFF


M = TypeVar("M", bound=Message)

Data: TypeAlias = bytes | bytearray | memoryview


class Transcoder(Generic[M]):
    """Converts between OpenAI JSON and one type of message.

    Any number of threads may use one transcoder at a time; a conversion releases the
    global interpreter lock.

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
        ValueError: The kernel or the table does not know the message, or an option is none.
    """

    def __init__(
        self,
        message: type[M],
        *,
        mode: Mode = "preserve",
        max_depth: int = DEFAULT_MAX_DEPTH,
        max_bytes: int = DEFAULT_MAX_BYTES,
        unknown_fields: UnknownFields = "drop",
        table: Data | None = None,
    ) -> None:
        _check_choice("mode", mode, get_args(Mode))
        _check_choice("unknown_fields", unknown_fields, get_args(UnknownFields))
        _check_limit("max_depth", max_depth, LARGEST_MAX_DEPTH)
        _check_limit("max_bytes", max_bytes, LARGEST_MAX_BYTES)
        self._message = message
        self._max_depth = max_depth
        self._max_bytes = max_bytes
        self._refused_json = REFUSED[mode]
        self._refused_binary = 1 << UNKNOWN_FIELD if unknown_fields == "refuse" else 0
        self._kernel = Kernel(
            message.DESCRIPTOR.full_name, None if table is None else _to_bytes(table)
        )

    def to_binary(self, json: Data | str) -> bytes:
        """A JSON document (bytes: UTF-8) as a binary message.

        Raises:
            StepwireError: It is refused; the first reason that was met.
            TypeError: It is neither text nor a buffer.
            MemoryError: It does not fit into a WebAssembly memory.
        """
        data = _encode(json) if isinstance(json, str) else _to_bytes(json)
        self._check_size(data)
        return self._kernel.convert("toBinary", data, self._max_depth, self._refused_json)

    def to_json(self, binary: Data) -> bytes:
        """A binary message as a JSON document, UTF-8, without white space.

        Raises:
            StepwireError: It is malformed, or has no JSON form.
            TypeError: It is not a buffer.
            MemoryError: It does not fit into a WebAssembly memory.
        """
        data = _to_bytes(binary)
        self._check_size(data)
        return self._kernel.convert("toJson", data, self._max_depth, self._refused_binary)

    def parse(self, json: Data | str) -> M:
        """A JSON document as a message; refuses what ``to_binary`` does."""
        return self._message.FromString(self.to_binary(json))

    def stringify(self, message: M) -> str:
        """A message as a JSON document; refuses what ``to_json`` does."""
        return self.to_json(message.SerializeToString()).decode()

    @property
    def memory_size(self) -> int:
        """How many bytes of WebAssembly memory it holds between conversions."""
        return self._kernel.memory_size

    def _check_size(self, data: bytes) -> None:
        if len(data) > self._max_bytes:
            raise StepwireError("too_large", "", None)


def to_binary(message: type[Message], json: Data | str) -> bytes:
    """A JSON document as a binary message of this type, with the default options."""
    return _default(message).to_binary(json)


def to_json(message: type[Message], binary: Data) -> bytes:
    """A binary message of this type as a JSON document, with the default options."""
    return _default(message).to_json(binary)


_defaults: dict[type[Message], Transcoder[Message]] = {}


def _default(message: type[Message]) -> Transcoder[Message]:
    transcoder = _defaults.get(message)
    if transcoder is None:
        transcoder = _defaults[message] = Transcoder(message)
    return transcoder


def _to_bytes(data: Data) -> bytes:
    # bytes(5) is five NUL bytes, and bytes([1]) takes any list of small integers.
    return data if isinstance(data, bytes) else memoryview(data).tobytes()


def _encode(json: str) -> bytes:
    try:
        return json.encode()
    except UnicodeEncodeError as error:
        # Python's strings can hold lone surrogates, UTF-8 cannot.
        offset = len(json[: error.start].encode())
        raise StepwireError("not_json", "", offset) from None


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"{name} is one of {', '.join(map(repr, choices))}, not {value!r}")


def _check_limit(name: str, limit: int, largest: int) -> None:
    if not isinstance(limit, int) or not 1 <= limit <= largest:
        raise ValueError(f"{name} is an integer from 1 to {largest}, not {limit!r}")
