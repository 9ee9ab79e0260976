// Calls a model with the AI SDK; through an ingress in binary if STEPWIRE_INGRESS is set.
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { stepwireFetch } from "@stepwire/handler";
import { generateText, isStepCount, streamText, tool } from "ai";
import { z } from "zod";

const ingress = process.env["STEPWIRE_INGRESS"];
const options = ingress === undefined ? {} : { fetch: stepwireFetch({ ingress }) };
const openai = createOpenAI(options);
const compatible = createOpenAICompatible({
  name: "bakery",
  baseURL: process.env["OPENAI_BASE_URL"] ?? "https://api.openai.com/v1",
  apiKey: process.env["OPENAI_API_KEY"] ?? "",
  includeUsage: true,
  ...options,
});

const name = process.env["OPENAI_MODEL"] ?? "gpt-4o";
const prompt = "What is larger than bread?";
const tools = {
  get_weather: tool({
    description: "Returns the weather of a city.",
    inputSchema: z.object({ city: z.string(), days: z.number() }),
    execute: async ({ city, days }) => `${days} days of sun in ${city}`,
  }),
};
const print = (value: unknown): void => console.log(JSON.stringify(value));

for (const model of [openai(name), openai.chat(name), compatible(name)]) {
  print(model.provider);
  const { text, usage, response } = await generateText({ model, prompt });
  print({ text, usage, body: response.body });

  for await (const part of streamText({ model, prompt, includeRawChunks: true }).fullStream) {
    if (part.type === "text-delta" || part.type === "raw" || part.type === "reasoning-delta") {
      print(part);
    }
  }

  // A model that calls a tool, and is told the result.
  const call = { model, prompt: "How is the weather in Cologne for two days?", tools };
  const answer = await generateText({ ...call, stopWhen: isStepCount(3) });
  print({ steps: answer.steps.length, text: answer.text, results: answer.steps[0]?.toolResults });
  for await (const part of streamText(call).fullStream) {
    if (part.type === "tool-call" || part.type === "tool-result") {
      print(part);
    }
  }
}
