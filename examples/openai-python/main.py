"""Calls the API with the package openai, in binary to an ingress if STEPWIRE_INGRESS is set."""

import asyncio
import json
import os

import httpx2
from openai import APITimeoutError, AsyncOpenAI, NotFoundError, OpenAI

from stepwire.httpx2 import AsyncStepwireTransport, StepwireTransport

INGRESS = os.environ.get("STEPWIRE_INGRESS")
MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o")
EMBEDDING_MODEL = os.environ.get("OPENAI_EMBEDDING_MODEL", "text-embedding-3-small")
QUESTION = [{"role": "user", "content": "What is larger than bread?"}]
WEATHER = [{"role": "user", "content": "How is the weather in Cologne?"}]
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
        },
    }
]


def connect() -> OpenAI:
    if INGRESS is None:
        return OpenAI()
    return OpenAI(http_client=httpx2.Client(transport=StepwireTransport(INGRESS)))


def connect_async() -> AsyncOpenAI:
    if INGRESS is None:
        return AsyncOpenAI()
    transport = AsyncStepwireTransport(INGRESS)
    return AsyncOpenAI(http_client=httpx2.AsyncClient(transport=transport))


def main(client: OpenAI) -> None:
    completion = client.chat.completions.create(model=MODEL, messages=QUESTION)
    print(completion.choices[0].message.content, completion.to_json(indent=None))

    stream = client.chat.completions.create(
        model=MODEL, messages=QUESTION, stream=True, stream_options={"include_usage": True}
    )
    for chunk in stream:
        print(chunk.to_json(indent=None))

    # The SDK adds up the parts of a call of a tool.
    with client.chat.completions.stream(model=MODEL, messages=WEATHER, tools=TOOLS) as calls:
        for event in calls:
            print(event.type)
        message = calls.get_final_completion().choices[0].message
    for call in message.tool_calls or []:
        print(json.loads(call.function.arguments)["city"])

    with client.responses.stream(model=MODEL, input="What is larger?") as events:
        for event in events:
            print(event.type, event.to_json(indent=None))
        print(events.get_final_response().output_text)

    print(client.embeddings.create(model=EMBEDDING_MODEL, input="bread").data[0].embedding)
    file = client.files.create(file=("notes.txt", b"flour\nwater\n"), purpose="assistants")
    print(file.to_json(indent=None))

    # The server answers 429 first; the SDK tries again.
    retried = [{"role": "user", "content": "fail once"}]
    print(client.chat.completions.create(model=MODEL, messages=retried).id)

    raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=QUESTION)
    print(raw.status_code, raw.headers.get("x-ratelimit-remaining-requests"), raw.request_id)
    try:
        client.chat.completions.create(model="missing", messages=QUESTION)
    except NotFoundError as error:
        print(error.status_code, error.code, error.request_id, error.body)

    slow = [{"role": "user", "content": "slow"}]
    hasty = client.with_options(timeout=0.5, max_retries=0)
    try:
        hasty.chat.completions.create(model=MODEL, messages=slow)
    except APITimeoutError as error:
        print(error)
    # Leaving the block ends the stream at its server, which would go on for minutes.
    with client.chat.completions.create(model=MODEL, messages=slow, stream=True) as left:
        print(next(iter(left)).to_json(indent=None))


async def main_async(client: AsyncOpenAI) -> None:
    completion = await client.chat.completions.create(model=MODEL, messages=QUESTION)
    print(completion.to_json(indent=None))
    async for event in await client.responses.create(model=MODEL, input="x", stream=True):
        print(event.to_json(indent=None))
    upload = await client.files.create(file=("a.txt", b"flour"), purpose="assistants")
    print(upload.filename)


if __name__ == "__main__":
    main(connect())
    asyncio.run(main_async(connect_async()))
