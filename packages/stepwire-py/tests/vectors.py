"""The vectors of packages/conformance, which its README describes."""

import base64
import importlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import Message

import stepwire
from stepwire import Mode, Transcoder

PROJECT = Path(__file__).parents[3]
FOLDER = PROJECT / "packages/conformance/vectors"

# The messages that the vectors are about are found by name once their modules are imported.
SOURCES = Path(stepwire.__file__).parents[1]
for module in sorted(SOURCES.glob("stepwire/**/*_pb2.py")):
    importlib.import_module(".".join(module.relative_to(SOURCES).with_suffix("").parts))

MODES: tuple[Mode, ...] = ("strict", "preserve", "archive")


@dataclass(frozen=True)
class Case:
    """One case. The README of the vectors explains the members."""

    file: str
    name: str
    members: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.file}: {self.name}"

    @property
    def json(self) -> bytes:
        if "jsonBase64" in self.members:
            return base64.b64decode(self.members["jsonBase64"])
        return str(self.members["json"]).encode()

    @property
    def from_binary(self) -> bytes:
        return bytes.fromhex(self.members["fromBinary"])

    @property
    def binary(self) -> bytes | None:
        text = self.members.get("binary")
        return None if text is None else bytes.fromhex(text)

    @property
    def output(self) -> str:
        return str(self.members["output"])

    @property
    def message_class(self) -> type[Message]:
        return message_class(self.members["schema"])

    def violations(self, mode: Mode | None = None) -> list[dict[str, Any]]:
        """What is wrong in that mode; all of it for binary input."""
        every = self.members.get("violations", [])
        return [one for one in every if mode is None or mode in one["modes"]]

    def transcoder(self, mode: Mode = "preserve") -> Transcoder[Message]:
        limits = self.members.get("limits", {})
        key = (
            self.members["schema"],
            mode,
            limits.get("maxDepth"),
            limits.get("maxBytes"),
            self.members.get("refuseUnknownFields", False),
        )
        if key not in _transcoders:
            _transcoders[key] = Transcoder(
                self.message_class,
                mode=mode,
                max_depth=limits.get("maxDepth", 100),
                max_bytes=limits.get("maxBytes", 64 * 1024 * 1024),
                unknown_fields="refuse" if key[4] else "drop",
            )
        return _transcoders[key]


_transcoders: dict[tuple[object, ...], Transcoder[Message]] = {}


def message_class(full_name: str) -> type[Message]:
    descriptor = descriptor_pool.Default().FindMessageTypeByName(full_name)
    return message_factory.GetMessageClass(descriptor)


def read_cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.json")):
        for members in json.loads(path.read_text())["cases"]:
            yield Case(path.stem, members["name"], members)


ALL = list(read_cases())
FROM_JSON = [case for case in ALL if "fromBinary" not in case.members]
WITH_MESSAGE = [case for case in ALL if "message" in case.members]
FROM_BINARY = [case for case in ALL if "fromBinary" in case.members]


def params(cases: list[Case], deviations: Mapping[str, str] = MappingProxyType({})) -> list[Any]:
    """The cases as parameters of a test; of those that deviate, with the reason."""
    return [
        pytest.param(
            case,
            id=case.id,
            marks=[pytest.mark.xfail(reason=deviations[case.id], strict=True)]
            if case.id in deviations
            else [],
        )
        for case in cases
    ]


def utf8(text: str) -> str:
    """The text as UTF-8 can hold it: a lone surrogate is a replacement character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
