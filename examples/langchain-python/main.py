"""Calls a model with LangChain; through an ingress in binary if STEPWIRE_INGRESS is set."""

import asyncio
import os

import httpx
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

from stepwire.httpx import AsyncStepwireTransport, StepwireTransport

INGRESS = os.environ.get("STEPWIRE_INGRESS")
MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o")
clients = {}
if INGRESS is not None:
    clients = {
        "http_client": httpx.Client(transport=StepwireTransport(INGRESS)),
        "http_async_client": httpx.AsyncClient(transport=AsyncStepwireTransport(INGRESS)),
    }


@tool
def get_weather(city: str, days: int) -> str:
    """Returns the weather of a city."""
    return f"{days} days of sun in {city}"


def show(message):
    """Prints a message without the identifier that LangChain invents for each run."""
    print(type(message).__name__, message.model_dump(exclude={"id"}))


model = ChatOpenAI(model=MODEL, stream_usage=True, **clients)
show(model.invoke("What is larger than bread?"))

for chunk in model.stream("What is larger than bread?"):
    show(chunk)

# A model that calls a tool, and is told the result.
messages = [HumanMessage("How is the weather in Cologne?")]
with_tools = model.bind_tools([get_weather])
answer = with_tools.invoke(messages)
show(answer)
messages.append(answer)
for call in answer.tool_calls:
    messages.append(ToolMessage(get_weather.invoke(call["args"]), tool_call_id=call["id"]))
show(with_tools.invoke(messages))


async def main():
    async for chunk in with_tools.astream("How is the weather in Cologne?"):
        show(chunk)
    responses = ChatOpenAI(model=MODEL, use_responses_api=True, **clients)
    show(await responses.ainvoke("What is larger than bread?"))
    async for chunk in responses.astream("What is larger than bread?"):
        show(chunk)


asyncio.run(main())
