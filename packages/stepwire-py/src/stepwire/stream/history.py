"""The bodies and texts of the events before, which later events can refer to."""

from typing import NamedTuple

from .wire import HISTORY_BYTES, MAX_COPIES, TEXT_BYTES, TEXT_COUNT

_SMALLEST_COPY = 40
"""A shorter part costs more than it saves if the stream is compressed too."""

_INDEX_STEP = 32
"""The index has every 32nd offset of the history, with the bytes there."""
_INDEXED_BYTES = 8
_INDEX_BITS = 11


class Texts:
    """The last short texts that were written as the only changed value of an event."""

    def __init__(self) -> None:
        self._texts: list[bytes] = []
        self._next = 0

    def add(self, text: bytes) -> None:
        """Adds a text in place of the oldest one, unless it is empty or too long."""
        if 0 < len(text) <= TEXT_BYTES:
            self._texts[self._next : self._next + 1] = [text]
            self._next = (self._next + 1) % TEXT_COUNT

    def find(self, text: bytes) -> int | None:
        """Returns the place of a text."""
        return self._texts.index(text) if text in self._texts else None

    def get(self, place: int) -> bytes | None:
        """Returns the text in a place."""
        return self._texts[place] if place < len(self._texts) else None


class Part(NamedTuple):
    """A part of a body that is copied from earlier bodies."""

    gap: int
    """Number of bytes between the part and the one before."""
    length: int
    distance: int
    """How far back the part starts."""


class History:
    """The bodies of the events before, of which parts can be copied."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self.total = 0
        """Number of all bytes that were added."""

    @property
    def recent(self) -> bytes:
        """The bytes that can be copied."""
        return bytes(self._bytes[-HISTORY_BYTES:])

    @property
    def size(self) -> int:
        """Number of bytes that can be copied."""
        return min(len(self._bytes), HISTORY_BYTES)

    def add(self, body: bytes) -> None:
        self.total += len(body)
        self._bytes += body[-HISTORY_BYTES:]
        # The buffer is up to twice as large as needed, so that bytes rarely move.
        if len(self._bytes) > 2 * HISTORY_BYTES:
            del self._bytes[:-HISTORY_BYTES]

    def insert(self, written: bytes, parts: list[Part]) -> bytes:
        """Returns a body from the written bytes and the parts that are copied."""
        recent = self.recent
        pieces = []
        position = 0
        for part in parts:
            start = len(recent) - part.distance
            pieces.append(written[position : position + part.gap])
            pieces.append(recent[start : start + part.length])
            position += part.gap
        pieces.append(written[position:])
        return b"".join(pieces)


class CopyFinder:
    """Finds parts of a body in the history."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._index = [0] * (1 << _INDEX_BITS)
        """Offsets in the history + 1, by hash."""
        self._indexed = 0

    def find(self, body: bytes) -> list[Part]:
        parts: list[Part] = []
        if not _SMALLEST_COPY <= len(body) <= HISTORY_BYTES or self._history.size < _SMALLEST_COPY:
            return parts
        recent = self._history.recent
        oldest = self._history.total - len(recent)
        self._update(recent, oldest)
        start = at = 0
        while at + _INDEXED_BYTES <= len(body) and len(parts) < MAX_COPIES:
            found = self._index[_hash(body, at)] - 1 - oldest
            after = _equal_after(body, at, recent, found) if found >= 0 else 0
            before = _equal_before(body, at, start, recent, found) if after else 0
            if before + after < _SMALLEST_COPY:
                at += 1
                continue
            distance = len(recent) - found + before
            parts.append(Part(at - before - start, before + after, distance))
            start = at = at + after
        return parts

    def _update(self, recent: bytes, oldest: int) -> None:
        """Adds what is new in the history to the index."""
        offset = max(self._indexed, -(-oldest // _INDEX_STEP) * _INDEX_STEP)
        while offset + _INDEXED_BYTES <= self._history.total:
            self._index[_hash(recent, offset - oldest)] = offset + 1
            offset += _INDEX_STEP
        self._indexed = offset


def _equal_after(body: bytes, at: int, recent: bytes, offset: int) -> int:
    """Returns how many bytes from a place on equal those from an offset on."""
    size = 0
    limit = min(len(body) - at, len(recent) - offset)
    while size < limit and body[at + size] == recent[offset + size]:
        size += 1
    return size


def _equal_before(body: bytes, at: int, start: int, recent: bytes, offset: int) -> int:
    """Returns how many bytes before a place equal those before an offset."""
    size = 0
    limit = min(at - start, offset)
    while size < limit and body[at - size - 1] == recent[offset - size - 1]:
        size += 1
    return size


def _hash(data: bytes, at: int) -> int:
    """Returns the hash of eight bytes."""
    low = int.from_bytes(data[at : at + 4], "little")
    high = int.from_bytes(data[at + 4 : at + 8], "little")
    return ((low * 0x9E3779B1 ^ high * 0x85EBCA77) & 0xFFFFFFFF) >> 32 - _INDEX_BITS
