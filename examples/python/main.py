"""Starts a run through an ingress, and prints the events of its stream as they come."""

import json
import os
import sys
from typing import cast
from urllib.request import Request, urlopen

from stepwire.stream import Encoding, read_stream
from stepwire.v1.run_step_service_pb2 import CreateRun, StreamRunEventsRequest
from stepwire.v1.stream_event_pb2 import StreamEvent

body = '{"assistant_id":"asst_sample_bakery","stream":true}'
run = CreateRun(
    thread_id="thread_sample_3", body='{"assistant_id":"asst_sample_bakery","stream":true}'
)
request = Request(
    sys.argv[1] + "/stepwire.v1.RunStepService/StreamRunEvents",
    StreamRunEventsRequest(create_run=run).SerializeToString(),
    {
        "Authorization": "Bearer " + os.environ.get("OPENAI_API_KEY", ""),
        "Content-Type": "application/proto",
        "Accept": "application/vnd.stepwire.stream",
        "Accept-Encoding": "gzip",
    },
)
with urlopen(request) as response:
    encoding = cast(Encoding, response.headers.get("Content-Encoding", "identity"))
    for number, data in read_stream(response, encoding=encoding):
        event = StreamEvent.FromString(data)
        match event.WhichOneof("event"):
            case "run_step_created":
                print(number, event.run_step_created.id, "created")
            case "run_step_delta":
                for call in event.run_step_delta.delta.step_details.tool_calls.tool_calls:
                    print(number, "code", json.dumps(call.code_interpreter.input))
            case "message_delta":
                for content in event.message_delta.delta.content:
                    print(number, "text", json.dumps(content.text.value, ensure_ascii=False))
            case "run_step_completed":
                print(number, event.run_step_completed.id, "completed")
