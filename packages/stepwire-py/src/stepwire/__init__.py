"""OpenAI run steps as Protobuf messages, lossless to and from OpenAI JSON.

``Transcoder`` goes from JSON to binary and back, and to the messages of
``stepwire.v1``, which Protobuf's own library reads and writes.
"""

from .errors import Code, StepwireError
from .transcoder import Mode, Transcoder, UnknownFields, to_binary, to_json

__all__ = [
    "Code",
    "Mode",
    "StepwireError",
    "Transcoder",
    "UnknownFields",
    "to_binary",
    "to_json",
]
