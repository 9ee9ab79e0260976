"""Measures Stepwire in Python, and the same work without Stepwire.

``pnpm bench languages`` runs it: the parameters are a file of documents and how many milliseconds
a set is measured; a line of output has the times of one contender.
"""

import base64
import json
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from time import perf_counter

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


@dataclass(frozen=True)
class Contender:
    """One way to convert a document."""

    name: str
    convert: Callable[[bytes], object]

    def time(self, texts: list[bytes]) -> float:
        """Converts some documents, and returns the seconds."""
        convert = self.convert
        start = perf_counter()
        for text in texts:
            convert(text)
        return perf_counter() - start

    def warm_up(self, texts: list[bytes], seconds: float) -> float:
        """Converts all documents for some time, and returns the shortest time."""
        end = perf_counter() + seconds
        shortest = self.time(texts)
        while perf_counter() < end:
            shortest = min(shortest, self.time(texts))
        return shortest


def struct_to_binary(text: bytes) -> bytes:
    """How JSON of unknown shape gets into Protobuf."""
    message = Struct()
    message.update(json.loads(text))
    return message.SerializeToString()


def contenders_for(documents: list[Document]) -> list[Contender]:
    transcoder = Transcoder(message_class(documents[0].schema))
    for document in documents:
        text = document.json
        if transcoder.to_binary(text) != document.binary:
            raise ValueError(f"{document.set}: not the bytes of Node")
        if MessageToDict(Struct.FromString(struct_to_binary(text))) != json.loads(text):
            raise ValueError(f"{document.set}: the Struct is not the same")
    return [
        Contender("stepwire", transcoder.to_binary),
        Contender("parse", json.loads),
        Contender("struct", struct_to_binary),
    ]


def measure(
    contenders: list[Contender], texts: list[bytes], seconds: float
) -> list[list[list[float]]]:
    """Returns the milliseconds of each contender, by block and round.

    Like ``packages/bench/src/speed/blocks.ts``: each contender converts a block of documents before
    any of them converts the next block, and another contender begins each round.
    """
    share = seconds * WARM_UP / len(contenders)
    shortest = [contender.warm_up(texts, share) for contender in contenders]
    count = len(texts)
    parts = math.ceil(max(min(shortest) / FASTEST_BLOCK, max(shortest) / SLOWEST_BLOCK))
    parts = min(max(parts, 1), count)
    blocks = [texts[part * count // parts : (part + 1) * count // parts] for part in range(parts)]
    times: list[list[list[float]]] = [[[] for _ in blocks] for _ in contenders]
    end = perf_counter() + seconds * (1 - WARM_UP)
    rounds = 0
    while rounds < LEAST_ROUNDS or perf_counter() < end:
        for part, block in enumerate(blocks):
            for turn in range(len(contenders)):
                index = (turn + rounds + part) % len(contenders)
                times[index][part].append(contenders[index].time(block) * 1e3)
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
