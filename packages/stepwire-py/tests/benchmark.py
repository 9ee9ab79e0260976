"""Measures Stepwire in Python, and the same work without Stepwire.

``pnpm bench languages`` runs it: the parameters are a file of documents, how many rounds to
measure, and how many milliseconds a contender has in each; a line of output has the times of
one contender.
"""

import base64
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct

from stepwire import Transcoder

from .vectors import message_class

WARM_UP_ROUNDS = 50
"""As many are not counted."""


@dataclass(frozen=True)
class Document:
    """A line of the file; ``binary`` is what Node makes of it."""

    name: str
    schema: str
    json: bytes
    binary: bytes


@dataclass(frozen=True)
class Contender:
    """One way to do the work."""

    name: str
    run: Callable[[], object]

    def time(self, runs: int) -> float:
        """How many microseconds one run takes, as the mean of so many."""
        run = self.run
        start = perf_counter()
        for _ in range(runs):
            run()
        return (perf_counter() - start) * 1e6 / runs

    def prepare(self, seconds: float) -> int:
        """Warms up, and says how many runs fill a round."""
        runs = 0
        end = perf_counter() + WARM_UP_ROUNDS * seconds
        while perf_counter() < end:
            self.run()
            runs += 1
        return max(runs // WARM_UP_ROUNDS, 1)


def struct_to_binary(text: bytes) -> bytes:
    """How JSON of unknown shape gets into Protobuf."""
    message = Struct()
    message.update(json.loads(text))
    return message.SerializeToString()


def contenders_for(document: Document) -> list[Contender]:
    text = document.json
    transcoder = Transcoder(message_class(document.schema))
    if transcoder.to_binary(text) != document.binary:
        raise ValueError(f"{document.name}: not the bytes of Node")
    if MessageToDict(Struct.FromString(struct_to_binary(text))) != json.loads(text):
        raise ValueError(f"{document.name}: the Struct is not the same")
    return [
        Contender("stepwire", lambda: transcoder.to_binary(text)),
        Contender("parse", lambda: json.loads(text)),
        Contender("struct", lambda: struct_to_binary(text)),
    ]


def read(file: str) -> list[Document]:
    lines = [json.loads(line) for line in Path(file).read_text().splitlines()]
    return [
        Document(
            line["name"],
            line["schema"],
            line["json"].encode(),
            base64.b64decode(line["binary"]),
        )
        for line in lines
    ]


def main(file: str, rounds: str, milliseconds: str) -> None:
    seconds = int(milliseconds) / 1e3
    for document in read(file):
        contenders = contenders_for(document)
        runs = [contender.prepare(seconds) for contender in contenders]
        times: list[list[float]] = [[] for _ in contenders]
        for _ in range(int(rounds)):
            for contender, count, measured in zip(contenders, runs, times, strict=True):
                measured.append(contender.time(count))
        for contender, measured in zip(contenders, times, strict=True):
            result = {"document": document.name, "contender": contender.name, "times": measured}
            print(json.dumps(result))


main(*sys.argv[1:])
