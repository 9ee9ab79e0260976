import { toFile } from "openai";
import type { AssistantStream } from "openai/lib/AssistantStream";
import { describe, expect, it } from "vitest";
import { createApi } from "./support/api-server.js";
import type { ChainOptions } from "./support/chain.js";
import { collect, describe as describeError } from "./support/collect.js";
import { all, type Comparison, compareClients, type Use } from "./support/compare.js";

/*
 * One unchanged client uses the whole API, once directly and once through both gateways, with a
 * server of its own each time. All that it sees must be the same.
 */

/** Uses the API directly and through both gateways. */
async function compare(use: Use, options: ChainOptions = {}): Promise<Comparison> {
  return await compareClients(createApi, use, options);
}

const tools = [
  {
    type: "function" as const,
    function: {
      name: "get_weather",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
  },
];

const IMMEDIATELY = { pollIntervalMs: 1 };

describe("the whole API by the openai package, directly and through both gateways", () => {
  it("assistants", async () => {
    const { operations } = await compare(async function* ({ beta: { assistants } }) {
      const created = await assistants.create({
        model: "gpt-4o",
        name: "Ämilie",
        tools: [...tools, { type: "file_search", file_search: { max_num_results: 5 } }],
        metadata: { a: "b" },
      });
      yield created;
      yield await assistants.retrieve(created.id);
      yield await assistants.update(created.id, { description: "weather", temperature: 0.125 });
      for (const name of ["b", "c", "d"]) {
        yield await assistants.create({ model: "gpt-4o", name });
      }
      yield* all(assistants.list({ limit: 2, order: "asc" }));
      yield await assistants.delete(created.id);
      yield await assistants.retrieve(created.id).catch(describeError);
    });
    expect(operations).toEqual([
      "create_assistant",
      "get_assistant",
      "modify_assistant",
      ...Array<string>(3).fill("create_assistant"),
      ...Array<string>(2).fill("list_assistants"),
      "delete_assistant",
      "get_assistant",
    ]);
  });

  it("threads and messages", async () => {
    const { operations, seen } = await compare(async function* ({ beta: { threads } }) {
      const thread = await threads.create({
        messages: [{ role: "user", content: "Hello" }],
        metadata: { of: "test" },
        tool_resources: { code_interpreter: { file_ids: ["file_1"] } },
      });
      yield thread;
      yield await threads.retrieve(thread.id);
      yield await threads.update(thread.id, { metadata: { of: "nobody" } });
      const { messages } = threads;
      const thread_id = thread.id;
      for (const text of ["größer", "🥐", "c", "d"]) {
        yield await messages.create(thread_id, {
          role: "user",
          content: [
            { type: "text", text },
            { type: "image_url", image_url: { url: "https://a.example/x.png", detail: "low" } },
          ],
          attachments: [{ file_id: "file_1", tools: [{ type: "file_search" }] }],
        });
      }
      const ids: string[] = [];
      for await (const message of messages.list(thread_id, { limit: 2 })) {
        ids.push(message.id);
        yield message;
      }
      const [last = "", , third = ""] = ids;
      const before = await messages.list(thread_id, { before: third, limit: 1, run_id: "run_1" });
      yield [before.data, before.has_more, before.hasNextPage()];
      yield await messages.retrieve(last, { thread_id });
      yield await messages.update(last, { thread_id, metadata: { seen: "yes" } });
      yield await messages.delete(last, { thread_id });
      yield await messages.retrieve(last, { thread_id }).catch(describeError);
      yield await threads.delete(thread_id);
      yield await threads.retrieve(thread_id).catch(describeError);
      const { data, response } = await threads.create().withResponse();
      yield [data, response.status, response.headers.get("x-ratelimit-remaining-requests")];
    });
    expect(seen).toContainEqual(expect.objectContaining({ object: "thread.deleted" }));
    expect(new Set(operations)).toEqual(
      new Set([
        ...["create_thread", "get_thread", "modify_thread", "delete_thread"],
        ...["create_message", "list_messages", "get_message", "modify_message", "delete_message"],
      ]),
    );
  });

  it("a status of its own, such as 201", async () => {
    const { seen } = await compare(async function* ({ beta: { threads } }) {
      const { id } = await threads.create();
      const created = threads.messages.create(id, { role: "user", content: "x" });
      yield (await created.asResponse()).status;
    });
    expect(seen[0]).toBe(201);
  });

  it("runs that are polled, with the outputs of tools", async () => {
    const { operations, seen } = await compare(async function* ({ beta: { threads } }) {
      const { id: thread_id } = await threads.create();
      const { runs } = threads;
      yield await threads.messages.create(thread_id, { role: "user", content: "Weather?" });
      const run = await runs.create(thread_id, {
        assistant_id: "asst_1",
        tools,
        temperature: 0.5,
        include: ["step_details.tool_calls[*].file_search.results[*].content"],
        response_format: {
          type: "json_schema",
          json_schema: { name: "a", schema: { type: "object", x: [1.5, 1e21] } },
        },
        tool_choice: { type: "function", function: { name: "get_weather" } },
      });
      yield run;
      const waiting = await runs.poll(run.id, { thread_id }, IMMEDIATELY);
      yield waiting;
      const [call] = waiting.required_action?.submit_tool_outputs.tool_calls ?? [];
      const outputs = {
        thread_id,
        tool_outputs: [{ tool_call_id: call?.id ?? "", output: "21.5 °C" }],
      };
      yield await runs.submitToolOutputsAndPoll(run.id, outputs, IMMEDIATELY);
      yield await runs.submitToolOutputs(run.id, outputs).catch(describeError);
      yield await runs.retrieve(run.id, { thread_id });
      yield await runs.update(run.id, { thread_id, metadata: { a: "b" } });
      yield await runs.cancel(run.id, { thread_id }).catch(describeError);
      const second = await runs.create(thread_id, { assistant_id: "asst_1" });
      yield await runs.cancel(second.id, { thread_id });
      yield await runs.poll(second.id, { thread_id }, IMMEDIATELY);
      yield await runs.createAndPoll(thread_id, { assistant_id: "asst_1" }, IMMEDIATELY);
      yield await threads.createAndRun({ assistant_id: "asst_1", thread: { metadata: {} } });
      yield await threads.createAndRunPoll({ assistant_id: "asst_1" }, IMMEDIATELY);
      yield* all(runs.list(thread_id, { limit: 1 }));
      yield* all(runs.steps.list(run.id, { thread_id, limit: 1, order: "asc" }));
      yield* all(threads.messages.list(thread_id));
      yield await runs.retrieve("run_x", { thread_id }).catch(describeError);
    });
    expect(seen).toContainEqual(expect.objectContaining({ status: "requires_action" }));
    expect(seen).toContainEqual(expect.objectContaining({ status: "cancelled" }));
    expect(operations).not.toContain("pass_through");
    expect(operations).toEqual(
      expect.arrayContaining([
        ...["create_run", "get_run", "modify_run", "cancel_run", "list_runs"],
        ...["submit_tool_outputs", "create_thread_and_run", "list_run_steps"],
      ]),
    );
  });

  it.each<ChainOptions>([
    { protocol: "stream" },
    { protocol: "stream", httpVersion: "1.1" },
    { protocol: "connect" },
    { protocol: "connect", httpVersion: "1.1" },
    { protocol: "grpc" },
    { protocol: "grpc-web" },
  ])("runs that are streamed, with the outputs of tools, over $protocol", async (options) => {
    const { operations, seen } = await compare(async function* ({ beta: { threads } }) {
      const { id: thread_id } = await threads.create();
      const { runs } = threads;
      const first = runs.stream(thread_id, { assistant_id: "asst_1", tools });
      yield await whole(first);
      const run = await first.finalRun();
      const [call] = run.required_action?.submit_tool_outputs.tool_calls ?? [];
      yield await whole(
        runs.submitToolOutputsStream(run.id, {
          thread_id,
          tool_outputs: [{ tool_call_id: call?.id ?? "", output: "21.5 °C" }],
        }),
      );
      yield await whole(threads.createAndRunStream({ assistant_id: "asst_1" }));
      const raw = await runs.create(thread_id, { assistant_id: "asst_1", stream: true });
      for await (const event of raw) {
        yield event;
      }
      yield* all(threads.messages.list(thread_id));
      const failed = runs.stream("thread_x", { assistant_id: "asst_1" });
      yield await collect(failed);
    }, options);
    expect(seen).toContainEqual(expect.objectContaining({ event: "thread.message.delta" }));
    expect(operations).toEqual([
      "create_thread",
      "create_run",
      "submit_tool_outputs",
      "create_thread_and_run",
      "create_run",
      "list_messages",
      "create_run",
    ]);
  });

  it("chats", async () => {
    const { operations, seen } = await compare(async function* ({ chat: { completions } }) {
      const chat = { model: "gpt-4o", messages: [{ role: "user" as const, content: "größer?" }] };
      yield await completions.create(chat);
      yield await completions.create({ ...chat, tools });
      yield await completions.create({ ...chat, stream: false });
      for (const more of [{}, { tools }, { stream_options: { include_usage: true } }]) {
        for await (const chunk of await completions.create({ ...chat, ...more, stream: true })) {
          yield chunk;
        }
        const stream = completions.stream({ ...chat, ...more });
        yield [await stream.finalChatCompletion(), await stream.finalMessage()];
      }
      yield await completions.create({ model: "gpt-4o" } as typeof chat).catch(describeError);
      const ids: string[] = [];
      for (const metadata of [{ a: "1" }, { a: "2" }, { a: "3" }]) {
        ids.push((await completions.create({ ...chat, store: true, metadata })).id);
      }
      const [id = ""] = ids;
      yield* all(completions.list({ limit: 2, order: "asc" }));
      yield await completions.retrieve(id);
      yield await completions.update(id, { metadata: { a: "4" } });
      yield await completions.delete(id);
      yield await completions.retrieve(id).catch(describeError);
    });
    expect(seen).toContainEqual(expect.objectContaining({ object: "chat.completion" }));
    expect(seen).toContainEqual(expect.objectContaining({ object: "chat.completion.chunk" }));
    expect(operations).not.toContain("pass_through");
  });

  it("all else: files, models, wrong paths and methods", async () => {
    const { operations, seen } = await compare(async function* (client) {
      const file = await toFile(Buffer.from("größer"), "ä.txt");
      const uploaded = await client.files.create({ file, purpose: "assistants" });
      yield uploaded;
      yield await (await client.files.content(uploaded.id)).text();
      yield (await client.models.list()).data;
      for (const [method, path] of [
        ["get", "/wrong"],
        ["post", "/threads/t/runs/r/steps"],
        ["delete", "/threads/t/runs"],
        ["put", "/assistants"],
        ["patch", "/chat/completions"],
      ] as const) {
        const body = method === "get" ? undefined : { a: 1 };
        yield await client[method](path, { body }).catch(describeError);
      }
      yield await client.post("/threads/t", { body: { stream: true } }).catch(describeError);
    });
    expect(seen).toContainEqual(expect.objectContaining({ status: 405 }));
    expect(seen).toContainEqual(expect.objectContaining({ code: "upstream_unknown_url" }));
    expect(new Set(operations)).toEqual(new Set(["pass_through"]));
  });
});

/** All that a stream of the SDK gives. */
async function whole(stream: AssistantStream): Promise<unknown> {
  return await collect(stream);
}
