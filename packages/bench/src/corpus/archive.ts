import { chatCompletion } from "./chat.js";
import type { JsonObject } from "./document.js";
import { between, chance, pick, type Random } from "./random.js";
import { runStep } from "./steps.js";
import { identifier, text } from "./text.js";
import { run } from "./threads.js";

/** The first thread was created at this Unix time. */
const START = 1_760_000_000;
const DAY = 86_400;
/** The number of days that the threads of an archive are spread over. */
const DAYS = 30;

/**
 * Returns the documents of a thread as they are archived: the thread, its messages, runs and steps,
 * whose identifiers and times fit together; and some completions of chats.
 */
export function threadDocuments(random: Random): JsonObject[] {
  const thread = identifier(random, "thread");
  const assistant = identifier(random, "asst");
  let time = START + random(DAYS * DAY);
  const documents: JsonObject[] = [
    { id: thread, object: "thread", created_at: time, metadata: {}, tool_resources: {} },
  ];
  for (let turn = between(random, 1, 4); turn > 0; turn--) {
    time += between(random, 1, 300);
    documents.push(message(random, { thread, time, role: "user" }));
    const started = time;
    const model = pick(random, ["gpt-4o", "gpt-4-turbo", "gpt-4o-mini", "gpt-4-1106-preview"]);
    const isFailed = chance(random, 4);
    const steps = between(random, 1, 4);
    const owner = { run_id: identifier(random, "run"), assistant_id: assistant, thread_id: thread };
    const usages: Tokens[] = [];
    for (let index = 0; index < steps; index++) {
      const created = time;
      time += between(random, 1, 40);
      const fails = isFailed && index === steps - 1;
      const tokens = usage(random);
      usages.push(tokens);
      documents.push({
        ...runStep(random),
        ...owner,
        ...outcome(random, created, time, fails),
        usage: tokens,
      });
    }
    const { run_id: id, ...others } = owner;
    documents.push({
      ...run(random),
      id,
      ...others,
      ...outcome(random, started, time, isFailed),
      started_at: started + 1,
      expires_at: null,
      required_action: null,
      model,
      usage: usages.reduce(addTokens),
    });
    if (!isFailed) {
      documents.push(message(random, { thread, time, role: "assistant", run: id, assistant }));
    }
  }
  for (let count = random(3); count > 0; count--) {
    documents.push({ ...chatCompletion(random), created: time + count });
  }
  return documents;
}

interface Tokens {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

function usage(random: Random): Tokens {
  const prompt = between(random, 100, 4_000);
  const completion = between(random, 5, 900);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  };
}

function addTokens(one: Tokens, other: Tokens): Tokens {
  return {
    prompt_tokens: one.prompt_tokens + other.prompt_tokens,
    completion_tokens: one.completion_tokens + other.completion_tokens,
    total_tokens: one.total_tokens + other.total_tokens,
  };
}

function outcome(random: Random, created: number, ended: number, isFailed: boolean): JsonObject {
  const error = {
    code: pick(random, ["server_error", "rate_limit_exceeded"]),
    message: text(random, "prose", between(random, 20, 90)),
  };
  return {
    created_at: created,
    status: isFailed ? "failed" : "completed",
    cancelled_at: null,
    completed_at: isFailed ? null : ended,
    failed_at: isFailed ? ended : null,
    last_error: isFailed ? error : null,
  };
}

interface MessageParts {
  readonly thread: string;
  readonly time: number;
  readonly role: "user" | "assistant";
  readonly run?: string;
  readonly assistant?: string;
}

function message(random: Random, parts: MessageParts): JsonObject {
  const { thread, time, role, run: runId = null, assistant = null } = parts;
  const value = text(random, "prose", between(random, 40, 900));
  return {
    id: identifier(random, "msg"),
    object: "thread.message",
    created_at: time,
    assistant_id: assistant,
    thread_id: thread,
    run_id: runId,
    role,
    content: [{ type: "text", text: { value, annotations: [] } }],
    attachments: [],
    metadata: {},
  };
}

/** Returns the lines of an archive of that many threads. */
export function* threadLines(random: Random, threads: number): Generator<string, void> {
  for (let count = 0; count < threads; count++) {
    for (const document of threadDocuments(random)) {
      yield `${JSON.stringify(document)}\n`;
    }
  }
}
