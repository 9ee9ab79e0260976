"""JSON of the OpenAI API as Protobuf messages, lossless in both directions.

``Transcoder`` converts one document or many between JSON and binary, or the messages of
``stepwire.v1``, ``stepwire.chat.v1`` and ``stepwire.responses.v1``, which Protobuf's own library
reads and writes. ``read_events`` and ``write_events`` are for server-sent events, ``Accumulator``
adds up their deltas, ``stepwire.stream`` is for the stream format, and ``stepwire.arrow`` for
columns.
"""

from .accumulator import AccumulationLimits, Accumulator
from .archive import ArchiveReader, ArchiveWriter
from .conversion import AccumulationCode, Code, Mode
from .errors import AccumulationError, ArchiveError, DocumentError, EventError, StepwireError
from .events import EventDecoder, EventEncoder, read_events, read_events_async, write_events
from .schema import proto_path
from .transcoder import Transcoder, UnknownFields, to_binary, to_json

__all__ = [
    "AccumulationCode",
    "AccumulationError",
    "AccumulationLimits",
    "Accumulator",
    "ArchiveError",
    "ArchiveReader",
    "ArchiveWriter",
    "Code",
    "DocumentError",
    "EventDecoder",
    "EventEncoder",
    "EventError",
    "Mode",
    "StepwireError",
    "Transcoder",
    "UnknownFields",
    "proto_path",
    "read_events",
    "read_events_async",
    "to_binary",
    "to_json",
    "write_events",
]
