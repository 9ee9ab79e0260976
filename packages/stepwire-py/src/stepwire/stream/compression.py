import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Literal, Protocol, get_args

from .errors import Refusal

Encoding = Literal["identity", "gzip", "zstd"]
"""How a stream is compressed: the names of HTTP's ``Content-Encoding``."""

PIECE_BYTES = 64 * 1024
"""Decompressed data comes in pieces of at most this size, so that limits apply to it."""

ZSTD_WINDOW_LOG = 17
"""128 KiB. Larger windows cost memory for each stream and save nothing, because nearly all of
what repeats was left out."""
ZSTD_MAX_WINDOW_LOG = 23
"""The largest window that is read, 8 MiB. It bounds the memory."""

_GZIP_BITS = zlib.MAX_WBITS + 16


class _Codec(Protocol):
    """Decompresses one gzip member or zstd frame."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes) -> Iterator[bytes]: ...


class _Gzip:
    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_GZIP_BITS)

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes) -> Iterator[bytes]:
        while True:
            piece = self._inflate.decompress(data, PIECE_BYTES)
            yield piece
            data = self._inflate.unconsumed_tail
            if not data and len(piece) < PIECE_BYTES:
                return


class _Zstd:
    def __init__(self) -> None:
        zstd = import_zstd()
        options = {zstd.DecompressionParameter.window_log_max: ZSTD_MAX_WINDOW_LOG}
        self._frame = zstd.ZstdDecompressor(options=options)

    @property
    def eof(self) -> bool:
        return bool(self._frame.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._frame.unused_data)

    def decompress(self, data: bytes) -> Iterator[bytes]:
        while True:
            yield self._frame.decompress(data, PIECE_BYTES)
            if self._frame.eof or self._frame.needs_input:
                return
            data = b""


class Decompressor:
    """Decompresses a stream. Returns all data as soon as it can be decompressed."""

    def __init__(self, encoding: Encoding) -> None:
        _check(encoding)
        self._encoding = encoding
        codecs: dict[str, Callable[[], _Codec]] = {"gzip": _Gzip, "zstd": _Zstd}
        self._new = codecs.get(encoding)
        self._codec = None if self._new is None else self._new()

    def decompress(self, chunk: bytes) -> Iterator[bytes]:
        """Returns the decompressed chunk in pieces.

        Raises:
            Refusal: The input is malformed.
        """
        if self._new is None or self._codec is None:
            yield chunk
            return
        errors = (zlib.error,) if self._encoding == "gzip" else (import_zstd().ZstdError,)
        while chunk:
            pieces = self._codec.decompress(chunk)
            while True:
                try:
                    piece = next(pieces, None)
                except errors as error:
                    expected = f"{self._encoding} data"
                    raise Refusal("malformed_compression", expected, "malformed data") from error
                if piece is None:
                    break
                yield piece
            chunk = b""
            if self._codec.eof:
                # Other compressed data may follow.
                chunk = self._codec.unused_data
                self._codec = self._new()


class Compressor:
    """Compresses the blocks of a stream in one context."""

    def __init__(self, encoding: Encoding) -> None:
        _check(encoding)
        self._compress: Callable[[bytes], bytes] = lambda block: block
        self._flush: Callable[[], bytes] = bytes
        self._end: Callable[[], bytes] = bytes
        if encoding == "gzip":
            deflate = zlib.compressobj(wbits=_GZIP_BITS)
            self._compress = deflate.compress
            # Takes 2 bytes; Z_SYNC_FLUSH takes 5.
            self._flush = lambda: deflate.flush(zlib.Z_PARTIAL_FLUSH)
            self._end = deflate.flush
        elif encoding == "zstd":
            zstd = import_zstd()
            parameter = zstd.CompressionParameter
            frame = zstd.ZstdCompressor(
                options={
                    parameter.compression_level: 3,
                    parameter.window_log: ZSTD_WINDOW_LOG,
                    parameter.strategy: zstd.Strategy.btopt,
                    parameter.min_match: 3,
                }
            )
            self._compress = frame.compress
            self._flush = lambda: bytes(frame.flush(frame.FLUSH_BLOCK))
            self._end = frame.flush

    def block(self, block: bytes) -> bytes:
        """Compresses a block. Everything so far can be decompressed then."""
        return self._compress(block) + self._flush()

    def end(self, block: bytes) -> bytes:
        """Compresses the last block."""
        return self._compress(block) + self._end()


def import_zstd() -> Any:
    """Imports zstd of Python, or of the package that offers the same for older versions.

    Raises:
        ImportError: Neither is there.
    """
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        try:
            from backports import zstd
        except ImportError as error:
            raise ImportError("zstd needs Python 3.14, or `pip install stepwire[zstd]`") from error
    return zstd


def _check(encoding: str) -> None:
    if encoding not in get_args(Encoding):
        names = ", ".join(map(repr, get_args(Encoding)))
        raise ValueError(f"encoding is one of {names}, not {encoding!r}")
