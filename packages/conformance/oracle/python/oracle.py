"""Reads documents with the models of the package openai and writes them again.

A line of input is a type's name, a blank and JSON; the line of output is an object with, by
way of reading, ``json`` or ``errors``.
"""

import json
import sys
from typing import Any

from openai.pagination import SyncCursorPage
from openai.types.beta.threads.runs import RunStep, RunStepDeltaEvent
from pydantic import BaseModel, ValidationError

TYPES: dict[str, type[BaseModel]] = {
    "RunStep": RunStep,
    "RunStepDelta": RunStepDeltaEvent,
    "RunStepList": SyncCursorPage[RunStep],
}


def path(places: tuple[int | str, ...]) -> str:
    """The member, without indexes, the keys of metadata and the classes of unions."""
    members: list[str] = []
    for place in places:
        if members and members[-1] == "metadata":
            members.append("*")
        elif isinstance(place, int):
            members.append("[]")
        elif not place[:1].isupper():
            members.append(place)
    return ".".join(members).replace(".[]", "[]")


def reasons(error: ValidationError) -> list[str]:
    """Why; of a union, pydantic reports every class, though another ``type`` is not meant."""
    errors = error.errors()
    other = [one["loc"][:-1] for one in errors if one["type"] == "literal_error"]
    other = [places for places in other if (*places, "type") in [one["loc"] for one in errors]]
    meant = [
        one for one in errors if not any(one["loc"][: len(places)] == places for places in other)
    ]
    return sorted({f"{path(one['loc'])}: {one['type']}" for one in meant or errors})


def rewrite(name: str, text: str) -> dict[str, Any]:
    try:
        value = TYPES[name].model_validate_json(text)
    except ValidationError as error:
        return {"errors": reasons(error)}
    written: Any = value.model_dump(mode="json", exclude_unset=True, by_alias=True)
    return {"json": json.dumps(written)}


for line in sys.stdin:
    name, _, text = line.partition(" ")
    print(json.dumps({"openai (Python)": rewrite(name, text)}))
