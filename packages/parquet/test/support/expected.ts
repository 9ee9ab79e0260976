import type { Row, Value } from "./rows.js";

/*
 * The columns of documents as this test expects them, from their JSON alone: the oracle for what the
 * schema, the plan and the module compute from the binary.
 */

type Json = unknown;
type Read = (document: Json) => Value | undefined;

/** Returns the values at a path; a list on the path gives several. */
function valuesAt(value: Json, path: readonly string[]): Json[] {
  if (Array.isArray(value)) {
    return value.flatMap((each: Json) => valuesAt(each, path));
  }
  const [name, ...rest] = path;
  if (name === undefined) {
    return [value];
  }
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? valuesAt((value as Readonly<Record<string, Json>>)[name], rest)
    : [];
}

function first(document: Json, path: string): Json {
  return valuesAt(document, path.split("."))[0];
}

function text(path: string): Read {
  return (document) => {
    const value = first(document, path);
    return typeof value === "string" ? value : undefined;
  };
}

function integer(path: string): Read {
  return (document) => {
    const value = first(document, path);
    return Number.isSafeInteger(value) ? BigInt(Number(value)) : undefined;
  };
}

function timestamp(path: string): Read {
  return (document) => {
    const value = first(document, path);
    if (typeof value !== "number") {
      return undefined;
    }
    return BigInt(Math.round(value * (value < 1e11 ? 1e6 : 1e3)));
  };
}

function texts(paths: readonly string[], except: RegExp = /^$/): Read {
  return (document) =>
    paths
      .flatMap((path) => valuesAt(document, path.split(".")))
      .filter((value) => typeof value === "string" && !except.test(value)) as string[];
}

function tokens(input: string, output: string, cached: string, reasoning: string) {
  return {
    input_tokens: integer(`usage.${input}`),
    output_tokens: integer(`usage.${output}`),
    total_tokens: integer("usage.total_tokens"),
    cached_tokens: integer(`usage.${cached}.cached_tokens`),
    reasoning_tokens: integer(`usage.${reasoning}.reasoning_tokens`),
  };
}

const runTokens = tokens(
  "prompt_tokens",
  "completion_tokens",
  "prompt_token_details",
  "completion_tokens_details",
);
const chatTokens = tokens(
  "prompt_tokens",
  "completion_tokens",
  "prompt_tokens_details",
  "completion_tokens_details",
);
const error = { error_code: text("last_error.code"), error_message: text("last_error.message") };
const times = { created_at: timestamp("created_at"), completed_at: timestamp("completed_at") };
const ends = { cancelled_at: timestamp("cancelled_at"), failed_at: timestamp("failed_at") };
const owners = { assistant_id: text("assistant_id"), thread_id: text("thread_id") };

/** The columns by the member `object` of a document. */
const columns: Readonly<
  Record<string, { readonly kind: string } & Readonly<Record<string, Read | string>>>
> = {
  "thread.run.step": {
    kind: "run_step",
    id: text("id"),
    run_id: text("run_id"),
    ...owners,
    type: text("type"),
    status: text("status"),
    ...times,
    ...ends,
    ...error,
    tools: texts(["step_details.tool_calls.type"]),
    functions: texts(["step_details.tool_calls.function.name"]),
    ...runTokens,
  },
  "thread.run": {
    kind: "run",
    id: text("id"),
    run_id: text("id"),
    ...owners,
    status: text("status"),
    ...times,
    started_at: timestamp("started_at"),
    ...ends,
    ...error,
    model: text("model"),
    ...runTokens,
  },
  "thread.message": {
    kind: "message",
    id: text("id"),
    run_id: text("run_id"),
    ...owners,
    status: text("status"),
    ...times,
    role: text("role"),
  },
  thread: { kind: "thread", id: text("id"), thread_id: text("id"), created_at: times.created_at },
  assistant: {
    kind: "assistant",
    id: text("id"),
    assistant_id: text("id"),
    created_at: times.created_at,
    model: text("model"),
  },
  "thread.run.step.delta": { kind: "run_step_delta", id: text("id") },
  "thread.message.delta": { kind: "message_delta", id: text("id") },
  "chat.completion": {
    kind: "chat_completion",
    id: text("id"),
    created_at: timestamp("created"),
    model: text("model"),
    // Some servers write no type; the call tells it.
    tools: (document) =>
      valuesAt(document, ["choices", "message", "tool_calls"]).flatMap(
        (call) => text("type")(call) ?? (first(call, "function") === undefined ? [] : "function"),
      ) as string[],
    functions: texts([
      "choices.message.tool_calls.function.name",
      "choices.message.tool_calls.custom.name",
    ]),
    ...chatTokens,
  },
  "chat.completion.chunk": {
    kind: "chat_completion_chunk",
    id: text("id"),
    created_at: timestamp("created"),
    model: text("model"),
    ...chatTokens,
  },
  response: {
    kind: "response",
    id: text("id"),
    ...times,
    status: text("status"),
    model: text("model"),
    error_code: text("error.code"),
    error_message: text("error.message"),
    previous_response_id: text("previous_response_id"),
    // Items of unknown types, such as the last two, need not be tools.
    tools: texts(
      ["output.type"],
      /^(?:message|reasoning|program|compaction|additional_tools|mcp_list_tools|configuration_update)$|_output$|^mcp_approval|^proofing_call$|^some_future_type$/,
    ),
    functions: texts(["output.name"]),
    ...tokens("input_tokens", "output_tokens", "input_tokens_details", "output_tokens_details"),
  },
};

/** Returns the row of a document; undefined if this file does not know its type. */
export function expectedRow(document: Json): Row | undefined {
  const object = text("object")(document);
  const known = typeof object === "string" ? columns[object] : undefined;
  return (
    known &&
    Object.fromEntries(
      Object.entries(known).flatMap(([name, read]) => {
        const value = typeof read === "string" ? read : read(document);
        return value === undefined ? [] : [[name, value]];
      }),
    )
  );
}
