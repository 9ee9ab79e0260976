"""Streams of event messages between services.

The format leaves out what an event has in common with the events before it, and a reader
restores each message byte by byte. docs/stream-format.md in the project's repository
defines it.
"""

from ..source import AsyncSource, Source
from .call import open_stream
from .compression import Encoding
from .errors import StreamErrorCode, StreamFailure, StreamFormatError
from .read import read_stream, read_stream_async
from .reader import Event, StreamLimits
from .writer import StreamWriter

__all__ = [
    "AsyncSource",
    "Encoding",
    "Event",
    "Source",
    "StreamErrorCode",
    "StreamFailure",
    "StreamFormatError",
    "StreamLimits",
    "StreamWriter",
    "open_stream",
    "read_stream",
    "read_stream_async",
]
