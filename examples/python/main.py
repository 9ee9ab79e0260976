"""Starts a run through an ingress, and prints the events of its stream as they come."""

import json
import os
import sys

from stepwire.stream import open_stream
from stepwire.v1.run_step_service_pb2 import CreateRun, StreamRunEventsRequest
from stepwire.v1.stream_event_pb2 import StreamEvent

body = {"assistant_id": "asst_sample_bakery", "stream": True}
run = CreateRun(thread_id="thread_sample_3", body=json.dumps(body))
request = StreamRunEventsRequest(create_run=run)
url = sys.argv[1] + "/stepwire.v1.RunStepService/StreamRunEvents"
headers = {"Authorization": "Bearer " + os.environ.get("OPENAI_API_KEY", "")}

for number, event in open_stream(url, request, StreamEvent, headers=headers):
    match event.WhichOneof("event"):
        case "run_step_created":
            print(number, event.run_step_created.id, "created")
        case "message_delta":
            for content in event.message_delta.delta.content:
                print(number, "text", json.dumps(content.text.value, ensure_ascii=False))
