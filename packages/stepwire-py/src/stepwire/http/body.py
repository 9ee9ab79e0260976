"""Bodies that are read whole."""

from typing import cast

from ..stream.compression import Decompressor, Encoding, import_zstd
from ..stream.errors import Refusal
from .answers import Headers, find_header

_ENVELOPE_BYTES = 32


def readable_encodings() -> list[Encoding]:
    """Returns how an answer may be compressed, the best first."""
    try:
        import_zstd()
    except ImportError:
        return ["gzip", "identity"]
    return ["zstd", "gzip", "identity"]


class Body:
    """A body that is collected from chunks of any size.

    Args:
        headers: The headers of the answer.
        max_bytes: The size of the document in it at most.
        is_read: Whether the transport has read the body, and so decompressed it.
    """

    is_raw: bool
    """Whether the chunks are as they arrive. Otherwise, the HTTP client has decompressed them."""

    def __init__(self, headers: Headers, max_bytes: int, *, is_read: bool) -> None:
        encoding = find_header(headers, "content-encoding").strip().lower() or "identity"
        # Whether the HTTP client knows zstd depends on what else is installed. What was not asked
        # for is left to the client.
        self.is_raw = encoding in readable_encodings() and not is_read
        self._decompressor = Decompressor(cast(Encoding, encoding) if self.is_raw else "identity")
        self._max_bytes = max_bytes
        self._content = bytearray()

    def write(self, chunk: bytes) -> None:
        """Adds a chunk.

        Raises:
            ValueError: The body is too large, or its compression is malformed.
        """
        try:
            for piece in self._decompressor.decompress(chunk):
                self._content += piece
                # The tag and the size of the field take some bytes.
                if len(self._content) > self._max_bytes + _ENVELOPE_BYTES:
                    raise ValueError(f"it has more than {self._max_bytes} bytes")
        except Refusal as refusal:
            message = f"expected {refusal.expected}, found {refusal.found}"
            raise ValueError(message) from refusal.__cause__

    @property
    def content(self) -> bytes:
        """What was written, decompressed."""
        return bytes(self._content)
