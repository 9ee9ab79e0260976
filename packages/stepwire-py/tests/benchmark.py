"""Measures Stepwire in Python, and the same work without Stepwire.

``pnpm bench languages`` runs it: the parameters are a file of documents and how many milliseconds
a set is measured; a line of output has the times of one contender.
"""

import base64
import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from time import perf_counter

import orjson
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct

from stepwire import Transcoder

from .vectors import message_class

FASTEST_BLOCK = 0.0007
SLOWEST_BLOCK = 0.002
"""The longest seconds of a block in the fastest contender, and in the slowest."""
LEAST_ROUNDS = 7
WARM_UP = 0.2
"""The part of the time that is not counted."""


@dataclass(frozen=True)
class Document:
    """A line of the file; ``binary`` is what Node makes of it."""

    set: str
    schema: str
    json: bytes
    binary: bytes


class Contender:
    """One way to convert documents, one at a time."""

    def __init__(self, name: str, convert: Callable[[bytes], object]) -> None:
        self.name = name
        self.convert = convert

    def prepare(self, texts: list[bytes]) -> Sequence[bytes]:
        """Returns the inputs for some documents."""
        return texts

    def time(self, inputs: Sequence[bytes]) -> float:
        """Converts some documents, and returns the seconds."""
        convert = self.convert
        start = perf_counter()
        for text in inputs:
            convert(text)
        return perf_counter() - start

    def warm_up(self, inputs: Sequence[bytes], seconds: float) -> float:
        """Converts all documents for some time, and returns the shortest time."""
        end = perf_counter() + seconds
        shortest = self.time(inputs)
        while perf_counter() < end:
            shortest = min(shortest, self.time(inputs))
        return shortest


class Lines(Contender):
    """One way to convert documents in one call: lines of JSON."""

    def prepare(self, texts: list[bytes]) -> Sequence[bytes]:
        return [b"".join(text + b"\n" for text in texts)]


def struct_to_binary(text: bytes) -> bytes:
    """How JSON of unknown shape gets into Protobuf."""
    message = Struct()
    message.update(json.loads(text))
    return message.SerializeToString()


def size_delimited(message: bytes) -> bytes:
    """A message after its size, a varint."""
    size = len(message)
    prefix = bytearray()
    while size > 0x7F:
        prefix.append(size & 0x7F | 0x80)
        size >>= 7
    return bytes(prefix) + bytes([size]) + message


def parse_lines(parse: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """How JSONL is usually parsed."""
    return lambda lines: [parse(line) for line in lines.splitlines()]


def contenders_for(documents: list[Document]) -> list[Contender]:
    transcoder = Transcoder(message_class(documents[0].schema))
    for document in documents:
        text = document.json
        if transcoder.to_binary(text) != document.binary:
            raise ValueError(f"{document.set}: not the bytes of Node")
        if MessageToDict(Struct.FromString(struct_to_binary(text))) != json.loads(text):
            raise ValueError(f"{document.set}: the Struct is not the same")
    packed = transcoder.pack_lines(b"\n".join(document.json for document in documents))
    if packed != b"".join(size_delimited(document.binary) for document in documents):
        raise ValueError(f"{documents[0].set}: not the bytes of Node in lines")
    return [
        Contender("stepwire", transcoder.to_binary),
        Contender("parse", json.loads),
        Contender("orjson", orjson.loads),
        Contender("struct", struct_to_binary),
        Lines("lines", transcoder.pack_lines),
        Lines("parseLines", parse_lines(json.loads)),
        Lines("orjsonLines", parse_lines(orjson.loads)),
    ]


def measure(
    contenders: list[Contender], texts: list[bytes], seconds: float
) -> list[list[list[float]]]:
    """Returns the milliseconds of each contender, by block and round.

    Like ``packages/bench/src/speed/blocks.ts``: each contender converts a block of documents before
    any of them converts the next block, and another contender begins each round.
    """
    share = seconds * WARM_UP / len(contenders)
    shortest = [contender.warm_up(contender.prepare(texts), share) for contender in contenders]
    count = len(texts)
    parts = math.ceil(max(min(shortest) / FASTEST_BLOCK, max(shortest) / SLOWEST_BLOCK))
    parts = min(max(parts, 1), count)
    blocks = [texts[part * count // parts : (part + 1) * count // parts] for part in range(parts)]
    inputs = [[contender.prepare(block) for block in blocks] for contender in contenders]
    times: list[list[list[float]]] = [[[] for _ in blocks] for _ in contenders]
    end = perf_counter() + seconds * (1 - WARM_UP)
    rounds = 0
    while rounds < LEAST_ROUNDS or perf_counter() < end:
        for part in range(len(blocks)):
            for turn in range(len(contenders)):
                index = (turn + rounds + part) % len(contenders)
                seconds_taken = contenders[index].time(inputs[index][part])
                times[index][part].append(seconds_taken * 1e3)
        rounds += 1
    return times


def read(file: str) -> list[Document]:
    lines = [json.loads(line) for line in Path(file).read_text().splitlines()]
    return [
        Document(
            line["set"],
            line["schema"],
            line["json"].encode(),
            base64.b64decode(line["binary"]),
        )
        for line in lines
    ]


def main(file: str, milliseconds: str) -> None:
    seconds = int(milliseconds) / 1e3
    for name, group in groupby(read(file), lambda document: document.set):
        documents = list(group)
        contenders = contenders_for(documents)
        times = measure(contenders, [document.json for document in documents], seconds)
        for contender, blocks in zip(contenders, times, strict=True):
            result = {
                "set": name,
                "contender": contender.name,
                "documents": len(documents),
                "blocks": blocks,
            }
            print(json.dumps(result))


main(*sys.argv[1:])
