// Calls a model with LangChain; through an ingress in binary if STEPWIRE_INGRESS is set.
import { type BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { stepwireFetch } from "@stepwire/handler";
import { z } from "zod";

const ingress = process.env["STEPWIRE_INGRESS"];
const options = {
  model: process.env["OPENAI_MODEL"] ?? "gpt-4o",
  configuration: {
    baseURL: process.env["OPENAI_BASE_URL"] ?? "https://api.openai.com/v1",
    ...(ingress !== undefined && { fetch: stepwireFetch({ ingress }) }),
  },
};
const model = new ChatOpenAI(options);
const question = "What is larger than bread?";

function show({ content, additional_kwargs, response_metadata }: BaseMessage): void {
  console.log(JSON.stringify({ content, additional_kwargs, response_metadata }));
}

show(await model.invoke(question));
for await (const chunk of await model.stream(question)) {
  show(chunk);
}

// A model that calls a tool, and is told the result.
const getWeather = tool(({ city, days }) => `${days} days of sun in ${city}`, {
  name: "get_weather",
  description: "Returns the weather of a city.",
  schema: z.object({ city: z.string(), days: z.number() }),
});
const withTools = model.bindTools([getWeather]);
const messages: BaseMessage[] = [new HumanMessage("How is the weather in Cologne?")];
const answer = await withTools.invoke(messages);
show(answer);
messages.push(answer);
for (const call of answer.tool_calls ?? []) {
  const result: unknown = await getWeather.invoke(call);
  if (result instanceof ToolMessage) {
    messages.push(result);
  }
}
show(await withTools.invoke(messages));
for await (const chunk of await withTools.stream("How is the weather in Cologne?")) {
  show(chunk);
}

const responses = new ChatOpenAI({ ...options, useResponsesApi: true });
show(await responses.invoke(question));
for await (const chunk of await responses.stream(question)) {
  show(chunk);
}
