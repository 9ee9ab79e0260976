import { collect, describe } from "../../../apps/gateway/test/support/collect.ts";
import type { Use } from "../../../apps/gateway/test/support/compare.ts";
import { all } from "../../../apps/gateway/test/support/compare.ts";

const messages = [{ role: "user" as const, content: "größer? 🥐" }];
const tools = [
  {
    type: "function" as const,
    function: {
      name: "get_weather",
      parameters: { type: "object", properties: { city: { type: "string" } } },
    },
  },
];
const responseTools = [
  {
    type: "function" as const,
    name: "get_weather",
    parameters: { type: "object", properties: {} },
    strict: null,
  },
];

/** What the openai package does with each mount, by name. Each yields all that it sees. */
export const uses: Readonly<Record<string, Use>> = {
  async *"chat completions and their streams"({ chat: { completions } }) {
    const chat = { model: "gpt-4o", messages };
    yield await completions.create(chat);
    yield await completions.create({ ...chat, tools });
    for (const more of [{}, { tools }, { stream_options: { include_usage: true } }]) {
      for await (const chunk of await completions.create({ ...chat, ...more, stream: true })) {
        yield chunk;
      }
    }
    const stream = completions.stream(chat);
    yield [await stream.finalChatCompletion(), await stream.finalMessage()];
    const { id } = await completions.create({ ...chat, store: true, metadata: { a: "1" } });
    yield* all(completions.list({ limit: 2 }));
    yield await completions.update(id, { metadata: { a: "2" } });
    yield await completions.delete(id);
  },
  async *"responses and their streams, one resumed"({ responses }) {
    const input = "What is larger than a croissant?";
    yield await responses.create({ model: "gpt-5.1", input });
    let id = "";
    const create = { model: "gpt-5.1", input, tools: responseTools };
    for await (const event of await responses.create({ ...create, stream: true })) {
      yield event;
      if (event.type === "response.created") {
        ({ id } = event.response);
      }
    }
    yield await responses.retrieve(id);
    const again = { stream: true, starting_after: 4 } as const;
    for await (const event of await responses.retrieve(id, again)) {
      yield event;
    }
    yield await responses.stream({ model: "gpt-5.1", input }).finalResponse();
    yield* all(responses.inputItems.list(id));
  },
  async *"a run as a stream, with the outputs of tools"({ beta: { threads } }) {
    const { id: thread_id } = await threads.create({ messages });
    const first = threads.runs.stream(thread_id, { assistant_id: "asst_1", tools });
    yield await collect(first);
    const run = await first.finalRun();
    const [call] = run.required_action?.submit_tool_outputs.tool_calls ?? [];
    const tool_outputs = [{ tool_call_id: call?.id ?? "", output: "21.5 °C" }];
    const second = threads.runs.submitToolOutputsStream(run.id, { thread_id, tool_outputs });
    yield await collect(second);
    yield* all(threads.runs.steps.list(run.id, { thread_id, limit: 1, order: "asc" }));
    yield* all(threads.messages.list(thread_id));
  },
  async *"errors of the server"({ beta: { threads }, chat: { completions }, responses }) {
    // The server checks more than the types of the package do.
    const incomplete = { model: "gpt-4o" } as Parameters<typeof completions.create>[0];
    yield await completions.create(incomplete).then(undefined, describe);
    yield await completions.create({ ...incomplete, stream: true }).then(undefined, describe);
    yield await responses.retrieve("resp_x").catch(describe);
    yield await threads.runs.retrieve("run_x", { thread_id: "thread_x" }).catch(describe);
    yield await collect(threads.runs.stream("thread_x", { assistant_id: "asst_1" }));
  },
  async *"what no service has: models, a wrong path and a wrong method"(client) {
    yield (await client.models.list()).data;
    yield await client.get("/wrong").catch(describe);
    yield await client.put("/models", { body: { a: 1 } }).catch(describe);
  },
  async *"a large request, and large headers"({ chat: { completions } }) {
    const content = "größer 🥐 ".repeat(20_000);
    const chat = { model: "gpt-4o", messages: [{ role: "user" as const, content }] };
    yield await completions.create(chat);
    const headers = { "openai-project": "p".repeat(4_000) };
    yield await completions.create({ model: "gpt-4o", messages }, { headers });
  },
};
