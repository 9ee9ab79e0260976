"""The SDK ``openai`` from PyPI: what it returns is written with ``to_json``."""

import base64
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
from openai import APIError, OpenAI

MODEL = "stepwire-doctor"
MESSAGES: list[Any] = []


class Body(httpx.SyncByteStream):
    """The body of a response, in the chunks of a probe."""

    def __init__(self, chunks: list[bytes]) -> None:
        self.chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self.chunks


def client_for(line: dict[str, Any]) -> OpenAI:
    kind = "application/json" if line["form"] == "document" else "text/event-stream"
    chunks = [base64.b64decode(chunk) for chunk in line["chunks"]]

    def handle(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": kind}, stream=Body(chunks))

    return OpenAI(
        api_key="none",
        base_url="http://doctor.invalid/v1",
        max_retries=0,
        http_client=httpx.Client(transport=httpx.MockTransport(handle)),
    )


def frame(event: str | None, data: str) -> str:
    name = "" if event is None else f"event: {event}\n"
    return f"{name}data: {data}\n\n"


def write_document(client: OpenAI, family: str, add: Callable[[str], None]) -> None:
    if family == "chat":
        answer: Any = client.chat.completions.create(model=MODEL, messages=MESSAGES)
    elif family == "responses":
        answer = client.responses.create(model=MODEL, input="")
    else:
        answer = client.beta.threads.runs.steps.retrieve(
            "step_probe_1", thread_id="thread_probe_1", run_id="run_probe_1"
        )
    add(answer.to_json(indent=None))


def write_events(client: OpenAI, family: str, add: Callable[[str], None]) -> None:
    if family == "chat":
        for chunk in client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True):
            add(frame(None, chunk.to_json(indent=None)))
        add(frame(None, "[DONE]"))
    elif family == "responses":
        for event in client.responses.create(model=MODEL, input="", stream=True):
            add(frame(event.type, event.to_json(indent=None)))
    else:
        for event in client.beta.threads.runs.create(
            "thread_probe_1", assistant_id="asst_probe_1", stream=True
        ):
            add(frame(event.event, event.data.to_json(indent=None)))
        add(frame("done", "[DONE]"))


def rewrite(line: dict[str, Any]) -> dict[str, Any]:
    output: list[str] = []
    family = line["family"]
    write = write_document if line["form"] == "document" else write_events
    try:
        write(client_for(line), family, output.append)
    except APIError as error:
        # An event that says what went wrong becomes an error with its content.
        if line["name"] != "failure":
            return {"output": "".join(output), "refused": type(error).__name__}
        content = error.body if error.body is not None else {"message": error.message}
        output.append(
            frame(None, json.dumps({"error": content}))
            if family == "chat"
            else frame("error", json.dumps(content))
        )
    except Exception as error:  # noqa: BLE001: whatever the SDK raises is a refusal
        return {"output": "".join(output), "refused": type(error).__name__}
    return {"output": "".join(output)}


for each in sys.stdin:
    print(json.dumps(rewrite(json.loads(each))), flush=True)
