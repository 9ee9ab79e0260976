import type { Counter, Item } from "./api-routes.js";

/** An event of a response, without its place in the stream. */
type Event = { readonly type: string } & Record<string, unknown>;

const ARGUMENTS = '{"city":"Köln","unit":"celsius"}';
const TEXT = "Größer als 🥐, meint die Waage.";
const SUMMARY = "**Weighing** the croissant";

const CONTENT = {
  type: "output_text",
  text: TEXT,
  annotations: [
    {
      type: "url_citation",
      start_index: 0,
      end_index: 6,
      title: "Waagen",
      url: "https://a.example/",
    },
  ],
  logprobs: [],
};

const usage = {
  input_tokens: 36,
  input_tokens_details: { cached_tokens: 0, cache_write_tokens: 3 },
  output_tokens: 87,
  output_tokens_details: { reasoning_tokens: 64 },
  total_tokens: 123,
  cost: 0.00125,
};

/** An event that nobody knows. The helper `.stream()` of the openai package refuses these. */
const UNKNOWN: Event = {
  type: "response.oven.warming",
  oven: { degrees: 210.5, racks: [null, 2] },
  text: "🔥",
};

/** A response with all its events. With `background`, each request for it takes it one step on. */
export class ResponseScript {
  /** The items from which the response was created. */
  readonly input: readonly Item[];
  readonly #body: Readonly<Record<string, unknown>>;
  readonly #output: readonly Item[];
  readonly #base: Item;
  #status: string;

  constructor(counter: Counter, body: Readonly<Record<string, unknown>>) {
    this.#body = body;
    const given = Array.isArray(body["input"]) ? body["input"] : [body["input"]];
    this.input = given.map((content) => inputOf(counter, content));
    const tools = Array.isArray(body["tools"]) ? body["tools"] : [];
    this.#base = {
      id: counter.id("resp"),
      object: "response",
      created_at: counter.time(),
      background: this.isBackground,
      error: null,
      incomplete_details: null,
      instructions: body["instructions"] ?? null,
      max_output_tokens: null,
      model: "gpt-5.1-2025-11-13",
      parallel_tool_calls: true,
      previous_response_id: body["previous_response_id"] ?? null,
      reasoning: { effort: "low", summary: "auto" },
      store: body["store"] ?? true,
      temperature: 0.7,
      text: body["text"] ?? { format: { type: "text" }, verbosity: "medium" },
      tool_choice: "auto",
      tools,
      top_p: 0.98,
      truncation: "disabled",
      user: null,
      metadata: body["metadata"] ?? {},
      x_dialect: { exact: 0.1, list: [1, null, "x"] },
    };
    this.#output = outputOf(counter, tools.length > 0);
    this.#status = this.isBackground ? "queued" : "completed";
  }

  get id(): string {
    return this.#base.id;
  }

  get isBackground(): boolean {
    return this.#body["background"] === true;
  }

  /** The response as it is now. */
  get item(): Item {
    return this.#with(this.#status, this.#status === "completed" ? this.#output : []);
  }

  /** Takes a response in the background one step on. */
  proceed(): void {
    const next: Readonly<Record<string, string>> = {
      queued: "in_progress",
      in_progress: "completed",
    };
    this.#status = next[this.#status] ?? this.#status;
  }

  cancel(): void {
    this.#status = "cancelled";
  }

  /** The events after the one with a number, as server-sent events; all of them by default. */
  stream(startingAfter = -1): string[] {
    this.#status = "completed";
    const lifecycle = (type: string, status: string): Event => ({
      type,
      response: this.#with(status, status === "completed" ? this.#output : []),
    });
    const events = [
      lifecycle("response.created", "in_progress"),
      lifecycle("response.in_progress", "in_progress"),
      { type: "keepalive" },
      ...this.#output.flatMap(eventsOf),
      ...(this.#body["safety_identifier"] === "baker" ? [UNKNOWN] : []),
      lifecycle("response.completed", "completed"),
    ];
    return events
      .map(
        ({ type, ...members }, index) =>
          `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: index, ...members })}\n\n`,
      )
      .slice(startingAfter + 1);
  }

  #with(status: string, output: readonly Item[]): Item {
    const isDone = status === "completed";
    const times = isDone ? { completed_at: Number(this.#base["created_at"]) + 3 } : {};
    return { ...this.#base, status, ...times, output, usage: isDone ? usage : null };
  }
}

function inputOf(counter: Counter, given: unknown): Item {
  const members = typeof given === "object" ? given : { role: "user", content: given };
  return { id: counter.id("msg"), type: "message", status: "completed", ...members };
}

function outputOf(counter: Counter, hasTools: boolean): Item[] {
  const reasoning = {
    id: counter.id("rs"),
    type: "reasoning",
    summary: [{ type: "summary_text", text: SUMMARY }],
    encrypted_content: "gAAAAABpx==",
  };
  const call = {
    id: counter.id("fc"),
    type: "function_call",
    status: "completed",
    arguments: ARGUMENTS,
    call_id: "call_1",
    name: "get_weather",
  };
  const message = {
    id: counter.id("msg"),
    type: "message",
    status: "completed",
    role: "assistant",
    phase: "final_answer",
    content: [CONTENT],
  };
  return [reasoning, hasTools ? call : message];
}

/** The events of one item, from its beginning to its end. */
function eventsOf(item: Item, outputIndex: number): Event[] {
  const place = { item_id: item.id, output_index: outputIndex };
  const begin = (members: Record<string, unknown>): Event => ({
    type: "response.output_item.added",
    output_index: outputIndex,
    item: { ...item, ...members },
  });
  const end = { type: "response.output_item.done", output_index: outputIndex, item };
  if (item["type"] === "function_call") {
    const type = "response.function_call_arguments";
    return [
      begin({ status: "in_progress", arguments: "" }),
      ...[ARGUMENTS.slice(0, 9), ARGUMENTS.slice(9)].map((delta) => ({
        type: `${type}.delta`,
        ...place,
        delta,
        obfuscation: "aB3x",
      })),
      { type: `${type}.done`, ...place, arguments: ARGUMENTS },
      end,
    ];
  }
  if (item["type"] === "reasoning") {
    const type = "response.reasoning_summary";
    const part = { ...place, summary_index: 0 };
    return [
      begin({ summary: [] }),
      { type: `${type}_part.added`, ...part, part: { type: "summary_text", text: "" } },
      { type: `${type}_text.delta`, ...part, delta: SUMMARY, obfuscation: "" },
      { type: `${type}_text.done`, ...part, text: SUMMARY },
      { type: `${type}_part.done`, ...part, part: { type: "summary_text", text: SUMMARY } },
      end,
    ];
  }
  const part = { ...place, content_index: 0 };
  return [
    begin({ status: "in_progress", content: [] }),
    {
      type: "response.content_part.added",
      ...part,
      part: { ...CONTENT, text: "", annotations: [] },
    },
    ...TEXT.split(/(?<= )/).map((delta, index) => ({
      type: "response.output_text.delta",
      ...part,
      delta,
      logprobs: [],
      obfuscation: "x".repeat(index),
    })),
    {
      type: "response.output_text.annotation.added",
      ...part,
      annotation_index: 0,
      annotation: CONTENT.annotations[0],
    },
    { type: "response.output_text.done", ...part, text: TEXT, logprobs: [] },
    { type: "response.content_part.done", ...part, part: CONTENT },
    end,
  ];
}
