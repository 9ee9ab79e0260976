"""Reads messages and writes them again: through a message of Protobuf's own library, to JSON
and back. packages/conformance/test/languages runs one such program of each language behind
the other. A line is the full name of a message, a blank and the message in hexadecimal.
"""

import sys
from functools import cache

from google.protobuf.message import Message

from stepwire import Transcoder

from .vectors import message_class


@cache
def transcoder(name: str) -> Transcoder[Message]:
    return Transcoder(message_class(name), mode="archive", max_depth=1000)


for line in sys.stdin:
    name, _, text = line.strip().partition(" ")
    message = message_class(name).FromString(bytes.fromhex(text))
    json = transcoder(name).stringify(message)
    print(name, transcoder(name).to_binary(json).hex())
