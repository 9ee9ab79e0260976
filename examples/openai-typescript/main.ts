// Calls the API with the package openai; through an ingress in binary if STEPWIRE_INGRESS is set.
import { stepwireFetch } from "@stepwire/handler";
import OpenAI, { toFile } from "openai";

const ingress = process.env["STEPWIRE_INGRESS"];
const client = new OpenAI(ingress === undefined ? {} : { fetch: stepwireFetch({ ingress }) });

const model = process.env["OPENAI_MODEL"] ?? "gpt-4o";
const embeddingModel = process.env["OPENAI_EMBEDDING_MODEL"] ?? "text-embedding-3-small";
const messages = [{ role: "user" as const, content: "What is larger than bread?" }];
const print = (value: unknown): void => console.log(JSON.stringify(value));

print(await client.chat.completions.create({ model, messages }));

const stream_options = { include_usage: true };
const stream = await client.chat.completions.create({
  model,
  messages,
  stream: true,
  stream_options,
});
for await (const chunk of stream) {
  print(chunk);
}

// The SDK calls the tool, and tells the model its result.
const runner = client.chat.completions.runTools({
  model,
  messages,
  stream: true,
  tools: [
    {
      type: "function",
      function: {
        name: "get_weather",
        description: "Returns the weather of a city.",
        parameters: { type: "object", properties: { city: { type: "string" } } },
        parse: JSON.parse,
        function: ({ city }: { city: string }) => `sun in ${city}`,
      },
    },
  ],
});
await runner.done();
print(runner.messages);

// Not `responses.stream`: that one throws for an event whose type it does not know.
const events = await client.responses.create({ model, input: "What is larger?", stream: true });
for await (const event of events) {
  print(event);
}
print((await client.responses.create({ model, input: "What is larger?" })).output_text);

print(await client.embeddings.create({ model: embeddingModel, input: "bread" }));
const file = await toFile(Buffer.from("flour\nwater\n"), "notes.txt");
print(await client.files.create({ file, purpose: "assistants" }));

// The server answers 429 first; the SDK tries again.
const retried = [{ role: "user" as const, content: "fail once" }];
print((await client.chat.completions.create({ model, messages: retried })).id);

const raw = await client.chat.completions.create({ model, messages }).withResponse();
print([
  raw.response.status,
  raw.response.headers.get("x-ratelimit-remaining-requests"),
  raw.request_id,
]);
try {
  await client.chat.completions.create({ model: "missing", messages });
} catch (error) {
  if (error instanceof OpenAI.NotFoundError) {
    print([error.status, error.code, error.requestID, error.error]);
  }
}

const slow = { model, messages: [{ role: "user" as const, content: "slow" }] };
try {
  await client.chat.completions.create(slow, { timeout: 500, maxRetries: 0 });
} catch (error) {
  print(error instanceof OpenAI.APIConnectionTimeoutError);
}
// Ends the stream at its server, which would go on for minutes.
const left = await client.chat.completions.create({ ...slow, stream: true });
for await (const chunk of left) {
  print(chunk);
  left.controller.abort();
}
