"""Prints what a LiteLLM proxy answers; through an ingress in binary if STEPWIRE_INGRESS is set."""

import os

import httpx2
from openai import OpenAI

from stepwire.httpx2 import StepwireTransport

INGRESS = os.environ.get("STEPWIRE_INGRESS")
MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o")
QUESTION = [{"role": "user", "content": "What is larger than bread?"}]

client = OpenAI()
if INGRESS is not None:
    client = OpenAI(http_client=httpx2.Client(transport=StepwireTransport(INGRESS)))

raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=QUESTION)
print(raw.text)

streamed = client.chat.completions.with_streaming_response.create(
    model=MODEL, messages=QUESTION, stream=True, stream_options={"include_usage": True}
)
with streamed as response:
    for line in response.iter_lines():
        if line:
            print(line)
