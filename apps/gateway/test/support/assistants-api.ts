import {
  type Answer,
  type Call,
  type Counter,
  type Item,
  pageOf,
  type Route,
  refusal,
} from "./api-routes.js";
import { RunScript, type ThreadOfRun } from "./run-script.js";

/** The objects of a thread. */
interface ThreadState extends ThreadOfRun {
  readonly runs: Map<string, RunScript>;
}

/** The routes of assistants, threads, messages, runs and steps. */
export function assistantRoutes(counter: Counter): Route[] {
  const assistants = new Map<string, Item>();
  const threads = new Map<string, ThreadState>();
  const withThread = ({ ids: [id = ""] }: Call, use: (state: ThreadState) => Answer): Answer => {
    const state = threads.get(id);
    return state === undefined ? refusal(404, `No thread found with id '${id}'.`) : use(state);
  };
  const withRun = (call: Call, use: (run: RunScript, state: ThreadState) => Answer): Answer =>
    withThread(call, (state) => {
      const [, id = ""] = call.ids;
      const run = state.runs.get(id);
      return run === undefined ? refusal(404, `No run found with id '${id}'.`) : use(run, state);
    });
  const createThread = (body: Call["body"]): ThreadState => {
    const thread = {
      id: counter.id("thread"),
      object: "thread",
      created_at: counter.time(),
      metadata: body["metadata"] ?? {},
      tool_resources: body["tool_resources"] ?? {},
    };
    const state = { thread, messages: new Map(), runs: new Map() };
    threads.set(thread.id, state);
    const given = Array.isArray(body["messages"]) ? body["messages"] : [];
    for (const message of given as Call["body"][]) {
      addMessage(counter, state, message);
    }
    return state;
  };
  const startRun = (state: ThreadState, body: Call["body"], isNewThread = false): Answer => {
    const run = new RunScript(counter, state, body);
    state.runs.set(run.id, run);
    return body["stream"] === true ? { events: run.stream(isNewThread) } : { json: run.item };
  };
  const replace = (map: Map<string, ThreadState>, state: ThreadState, thread: Item): Answer => {
    map.set(thread.id, { ...state, thread });
    return { json: thread };
  };
  return [
    ...storeRoutes("assistants", assistants, (body) => assistantOf(counter, body)),
    ["POST", /^\/v1\/threads$/, ({ body }) => ({ json: createThread(body).thread })],
    [
      "POST",
      /^\/v1\/threads\/runs$/,
      ({ body }) => startRun(createThread((body["thread"] ?? {}) as Call["body"]), body, true),
    ],
    [
      "GET",
      /^\/v1\/threads\/([^/]+)$/,
      (call) => withThread(call, ({ thread }) => ({ json: thread })),
    ],
    [
      "POST",
      /^\/v1\/threads\/([^/]+)$/,
      (call) =>
        withThread(call, (state) => replace(threads, state, { ...state.thread, ...call.body })),
    ],
    [
      "DELETE",
      /^\/v1\/threads\/([^/]+)$/,
      (call) =>
        withThread(call, ({ thread: { id } }) => {
          threads.delete(id);
          return { json: { id, object: "thread.deleted", deleted: true } };
        }),
    ],
    [
      "POST",
      /^\/v1\/threads\/([^/]+)\/messages$/,
      (call) =>
        withThread(call, (state) => ({ json: addMessage(counter, state, call.body), status: 201 })),
    ],
    [
      "GET",
      /^\/v1\/threads\/([^/]+)\/messages$/,
      (call) =>
        withThread(call, ({ messages }) => ({ json: pageOf([...messages.values()], call.query) })),
    ],
    ...messageRoutes(withThread),
    [
      "POST",
      /^\/v1\/threads\/([^/]+)\/runs$/,
      (call) => withThread(call, (state) => startRun(state, call.body)),
    ],
    [
      "GET",
      /^\/v1\/threads\/([^/]+)\/runs$/,
      (call) =>
        withThread(call, ({ runs }) => ({
          json: pageOf(
            [...runs.values()].map(({ item }) => item),
            call.query,
          ),
        })),
    ],
    [
      "GET",
      /^\/v1\/threads\/([^/]+)\/runs\/([^/]+)$/,
      (call) =>
        withRun(call, (run) => {
          run.advance();
          return { json: run.item };
        }),
    ],
    [
      "POST",
      /^\/v1\/threads\/([^/]+)\/runs\/([^/]+)$/,
      (call) => withRun(call, (run) => ({ json: run.change(call.body) })),
    ],
    [
      "POST",
      /^\/v1\/threads\/([^/]+)\/runs\/([^/]+)\/cancel$/,
      (call) =>
        withRun(call, (run) =>
          ["completed", "cancelled"].includes(run.status)
            ? refusal(400, `Cannot cancel run with status '${run.status}'.`)
            : { json: run.change({ status: "cancelling" }) },
        ),
    ],
    [
      "POST",
      /^\/v1\/threads\/([^/]+)\/runs\/([^/]+)\/submit_tool_outputs$/,
      (call) =>
        withRun(call, (run) => {
          if (run.status !== "requires_action") {
            return refusal(400, `Runs in status "${run.status}" do not accept tool outputs.`);
          }
          run.submit(call.body);
          return call.body["stream"] === true ? { events: run.stream() } : { json: run.item };
        }),
    ],
    [
      "GET",
      /^\/v1\/threads\/([^/]+)\/runs\/([^/]+)\/steps$/,
      (call) => withRun(call, ({ steps }) => ({ json: pageOf(steps, call.query) })),
    ],
    [
      "GET",
      /^\/v1\/threads\/([^/]+)\/runs\/([^/]+)\/steps\/([^/]+)$/,
      (call) =>
        withRun(call, ({ steps }) => {
          const step = steps.find(({ id }) => id === call.ids[2]);
          return step === undefined ? refusal(404, "No such step.") : { json: step };
        }),
    ],
  ];
}

function messageRoutes(
  withThread: (call: Call, use: (state: ThreadState) => Answer) => Answer,
): Route[] {
  const withMessage = (call: Call, use: (message: Item, state: ThreadState) => Answer): Answer =>
    withThread(call, (state) => {
      const [, id = ""] = call.ids;
      const message = state.messages.get(id);
      return message === undefined
        ? refusal(404, `No message found with id '${id}'.`)
        : use(message, state);
    });
  const path = /^\/v1\/threads\/([^/]+)\/messages\/([^/]+)$/;
  return [
    ["GET", path, (call) => withMessage(call, (json) => ({ json }))],
    [
      "POST",
      path,
      (call) =>
        withMessage(call, (message, { messages }) => {
          const json = { ...message, ...call.body };
          messages.set(json.id, json);
          return { json };
        }),
    ],
    [
      "DELETE",
      path,
      (call) =>
        withMessage(call, ({ id }, { messages }) => {
          messages.delete(id);
          return { json: { id, object: "thread.message.deleted", deleted: true } };
        }),
    ],
  ];
}

/** Adds a message of a user. */
function addMessage(counter: Counter, state: ThreadState, body: Call["body"]): Item {
  const { content } = body;
  const message = {
    id: counter.id("msg"),
    object: "thread.message",
    created_at: counter.time(),
    assistant_id: null,
    thread_id: state.thread.id,
    run_id: null,
    role: body["role"] ?? "user",
    content:
      typeof content === "string"
        ? [{ type: "text", text: { value: content, annotations: [] } }]
        : content,
    attachments: body["attachments"] ?? [],
    metadata: body["metadata"] ?? {},
    from_the_future: { exact: 0.1 },
  };
  state.messages.set(message.id, message);
  return message;
}

function assistantOf(counter: Counter, body: Call["body"]): Item {
  return {
    id: counter.id("asst"),
    object: "assistant",
    created_at: counter.time(),
    name: null,
    description: null,
    model: "gpt-4o",
    instructions: null,
    tools: [],
    top_p: 1,
    temperature: 0.7,
    reasoning_effort: null,
    tool_resources: {},
    metadata: {},
    response_format: "auto",
    ...body,
  };
}

/** The five routes of objects that belong to nothing else. */
function storeRoutes(
  name: string,
  items: Map<string, Item>,
  create: (body: Call["body"]) => Item,
): Route[] {
  const all = new RegExp(`^/v1/${name}$`);
  const one = new RegExp(`^/v1/${name}/([^/]+)$`);
  const withItem = ({ ids: [id = ""] }: Call, use: (item: Item) => Answer): Answer => {
    const item = items.get(id);
    return item === undefined ? refusal(404, `Nothing found with id '${id}'.`) : use(item);
  };
  return [
    [
      "POST",
      all,
      ({ body }) => {
        const json = create(body);
        items.set(json.id, json);
        return { json };
      },
    ],
    ["GET", all, ({ query }) => ({ json: pageOf([...items.values()], query) })],
    ["GET", one, (call) => withItem(call, (json) => ({ json }))],
    [
      "POST",
      one,
      (call) =>
        withItem(call, (item) => {
          const json = { ...item, ...call.body };
          items.set(json.id, json);
          return { json };
        }),
    ],
    [
      "DELETE",
      one,
      (call) =>
        withItem(call, ({ id, object }) => {
          items.delete(id);
          return { json: { id, object: `${String(object)}.deleted`, deleted: true } };
        }),
    ],
  ];
}
