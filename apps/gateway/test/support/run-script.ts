import type { Call, Counter, Item } from "./api-routes.js";

const ARGUMENTS = '{"city":"Köln"}';
const ANSWER = "In Köln it is 21.5 °C 🌤, says [1].";
const annotation = {
  type: "url_citation",
  text: "[1]",
  start_index: 31,
  end_index: 34,
  url_citation: { url: "https://weather.example/", title: "Weather" },
};
const usage = {
  prompt_tokens: 402,
  completion_tokens: 27,
  total_tokens: 429,
  prompt_token_details: { cached_tokens: 256 },
  completion_tokens_details: { reasoning_tokens: 0 },
};

/** What a run reads and changes of its thread. */
export interface ThreadOfRun {
  readonly thread: Item;
  readonly messages: Map<string, Item>;
}

/**
 * A run of a thread. It calls a function if it has tools, waits for the output, and writes a
 * message. Each call of `advance` is what the server does between two requests of a client.
 */
export class RunScript {
  readonly steps: Item[] = [];
  readonly #counter: Counter;
  readonly #state: ThreadOfRun;
  readonly #needsTool: boolean;
  #hasOutputs = false;
  #item: Item;

  constructor(counter: Counter, state: ThreadOfRun, body: Call["body"]) {
    this.#counter = counter;
    this.#state = state;
    const tools = Array.isArray(body["tools"]) ? body["tools"] : [];
    this.#needsTool = tools.length > 0;
    const created = counter.time();
    this.#item = {
      id: counter.id("run"),
      object: "thread.run",
      created_at: created,
      assistant_id: body["assistant_id"],
      thread_id: state.thread.id,
      status: "queued",
      started_at: null,
      expires_at: created + 600,
      cancelled_at: null,
      failed_at: null,
      completed_at: null,
      required_action: null,
      last_error: null,
      model: body["model"] ?? "gpt-4o",
      instructions: body["instructions"] ?? null,
      tools,
      metadata: body["metadata"] ?? {},
      temperature: body["temperature"] ?? 0.25,
      top_p: 1,
      max_completion_tokens: null,
      max_prompt_tokens: null,
      truncation_strategy: { type: "auto", last_messages: null },
      incomplete_details: null,
      usage: null,
      response_format: body["response_format"] ?? "auto",
      tool_choice: body["tool_choice"] ?? "auto",
      parallel_tool_calls: true,
      reasoning_effort: null,
      x_dialect: { exact: 0.1, list: [1, null] },
    };
  }

  get id(): string {
    return this.#item.id;
  }

  get item(): Item {
    return this.#item;
  }

  get status(): string {
    return String(this.#item["status"]);
  }

  change(members: Readonly<Record<string, unknown>>): Item {
    this.#item = { ...this.#item, ...members };
    return this.#item;
  }

  /** Takes the run one status further. */
  advance(): void {
    switch (this.status) {
      case "queued":
        this.change({ status: "in_progress", started_at: this.#counter.time() });
        break;
      case "in_progress":
        if (this.#needsTool && !this.#hasOutputs) {
          this.#callTool();
        } else {
          this.#complete();
        }
        break;
      case "cancelling":
        this.change({ status: "cancelled", cancelled_at: this.#counter.time() });
        break;
    }
  }

  submit(body: Call["body"]): void {
    const [output] = body["tool_outputs"] as { readonly output: string }[];
    this.#hasOutputs = true;
    const [step] = this.steps;
    if (step !== undefined) {
      const [call] = this.#calls(output?.output ?? null);
      this.steps[0] = {
        ...step,
        status: "completed",
        completed_at: this.#counter.time(),
        step_details: { type: "tool_calls", tool_calls: [call] },
        usage,
      };
    }
    this.change({ status: "queued", required_action: null });
  }

  /** Runs until it waits or ends. Returns the events. */
  stream(isNewThread = false): string[] {
    const events: string[] = isNewThread ? [event("thread.created", this.#state.thread)] : [];
    if (this.#hasOutputs) {
      events.push(event("thread.run.step.completed", this.steps[0]));
    } else {
      events.push(event("thread.run.created", this.item));
    }
    events.push(event("thread.run.queued", this.item));
    this.advance();
    events.push(event("thread.run.in_progress", this.item));
    this.advance();
    events.push(
      ...(this.status === "requires_action" ? this.#toolEvents() : this.#messageEvents()),
    );
    events.push(event(`thread.run.${this.status}`, this.item), "event: done\ndata: [DONE]\n\n");
    return events;
  }

  #calls(output: string | null): unknown[] {
    const { id } = this;
    return [
      {
        id: `call_of_${id}`,
        type: "function",
        function: { name: "get_weather", arguments: ARGUMENTS, output },
      },
    ];
  }

  #callTool(): void {
    this.steps.push(
      this.#step("tool_calls", { type: "tool_calls", tool_calls: this.#calls(null) }),
    );
    const tool_calls = this.#calls(null).map((call) => {
      const { function: called, ...others } = call as { function: { name: string } };
      return { ...others, function: { name: called.name, arguments: ARGUMENTS } };
    });
    this.change({
      status: "requires_action",
      required_action: { type: "submit_tool_outputs", submit_tool_outputs: { tool_calls } },
    });
  }

  #complete(): void {
    const id = this.#counter.id("msg");
    const step = this.#step("message_creation", {
      type: "message_creation",
      message_creation: { message_id: id },
    });
    const completed_at = this.#counter.time();
    this.steps.push({ ...step, status: "completed", completed_at, usage });
    this.#state.messages.set(id, {
      id,
      object: "thread.message",
      created_at: completed_at,
      assistant_id: this.item["assistant_id"],
      thread_id: this.item["thread_id"],
      run_id: this.id,
      status: "completed",
      incomplete_details: null,
      incomplete_at: null,
      completed_at,
      role: "assistant",
      content: [{ type: "text", text: { value: ANSWER, annotations: [annotation] } }],
      attachments: [],
      metadata: {},
    });
    this.change({ status: "completed", completed_at, expires_at: null, usage });
  }

  #step(type: string, step_details: unknown): Item {
    return {
      id: this.#counter.id("step"),
      object: "thread.run.step",
      created_at: this.#counter.time(),
      run_id: this.id,
      assistant_id: this.item["assistant_id"],
      thread_id: this.item["thread_id"],
      type,
      status: "in_progress",
      cancelled_at: null,
      completed_at: null,
      expires_at: this.item["expires_at"],
      failed_at: null,
      last_error: null,
      step_details,
      usage: null,
    };
  }

  #toolEvents(): string[] {
    const step = this.steps.at(-1) ?? { id: "" };
    const begun = { ...step, step_details: { type: "tool_calls", tool_calls: [] } };
    const delta = (call: Record<string, unknown>): string =>
      event("thread.run.step.delta", {
        id: step.id,
        object: "thread.run.step.delta",
        delta: { step_details: { type: "tool_calls", tool_calls: [{ index: 0, ...call }] } },
      });
    return [
      event("thread.run.step.created", begun),
      event("thread.run.step.in_progress", begun),
      delta({
        id: `call_of_${this.id}`,
        type: "function",
        function: { name: "get_weather", arguments: "", output: null },
      }),
      ...ARGUMENTS.split(/(?<=:)/).map((part) =>
        delta({ type: "function", function: { arguments: part } }),
      ),
    ];
  }

  #messageEvents(): string[] {
    const message = [...this.#state.messages.values()].at(-1) ?? { id: "" };
    const step = this.steps.at(-1) ?? { id: "" };
    const begunStep = { ...step, status: "in_progress", completed_at: null, usage: null };
    const begun = { ...message, status: "in_progress", completed_at: null, content: [] };
    const delta = (text: unknown): string =>
      event("thread.message.delta", {
        id: message.id,
        object: "thread.message.delta",
        delta: { content: [{ index: 0, type: "text", text }] },
      });
    return [
      event("thread.run.step.created", begunStep),
      event("thread.run.step.in_progress", begunStep),
      event("thread.message.created", begun),
      event("thread.message.in_progress", begun),
      ...ANSWER.split(/(?<= )/).map((value, index) =>
        delta(index === 0 ? { value, annotations: [] } : { value }),
      ),
      delta({ annotations: [{ index: 0, ...annotation }] }),
      event("thread.message.completed", message),
      event("thread.run.step.completed", step),
    ];
  }
}

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
