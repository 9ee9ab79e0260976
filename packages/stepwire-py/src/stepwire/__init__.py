"""OpenAI run steps as Protobuf messages, lossless to and from OpenAI JSON.

``Transcoder`` goes from JSON to binary and back, and to the messages of
``stepwire.v1``, which Protobuf's own library reads and writes.
"""

from .conversion import Code, Mode
from .errors import StepwireError
from .schema import proto_path
from .transcoder import Transcoder, UnknownFields, to_binary, to_json

__all__ = [
    "Code",
    "Mode",
    "StepwireError",
    "Transcoder",
    "UnknownFields",
    "proto_path",
    "to_binary",
    "to_json",
]
