import { ChatCompletionSchema, ChatCompletionStreamEventSchema } from "@stepwire/core/chat";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { type CorpusStream, chatStreams, describeWithCorpus } from "@stepwire/testing";
import { ChatCompletionStream } from "openai/lib/ChatCompletionStream";
import { expect, it } from "vitest";
import { createAccumulator } from "./both-engines.js";

/** The completion of a stream, and the error that ended the reading. */
interface Reading {
  readonly completion: unknown;
  readonly error: string | undefined;
}

const filters = ["hate", "self_harm", "sexual", "violence"].map(
  (name) => `/choices/0/content_filter_results/${name}`,
);
const protectedMaterial = ["text", "code"].map(
  (name) => `/choices/0/content_filter_results/protected_material_${name}`,
);

/**
 * Where the two differ, by the start of the stream's name; they differ in no other streams.
 * docs/accumulation.md has the reasons.
 */
const deviations: Readonly<Record<string, readonly string[]>> = {
  // Texts that are appended.
  v001: ["/choices/0/message/reasoning_content"],
  v003: ["/choices/0/message/reasoning_content"],
  v009: ["/choices/0/message/reasoning_content"],
  v010: ["/choices/0/message/reasoning_content"],
  v015: ["/choices/0/message/reasoning_content"],
  v016: ["/choices/0/message/reasoning_content"],
  w001: ["/choices/0/message/reasoning", "/choices/0/message/reasoning_details/0/text"],
  w044: [
    "/choices/0/message/reasoning",
    "/choices/0/message/reasoning_details/0",
    "/choices/0/native_finish_reason",
  ],
  w068: ["/choices/0/text"],
  // Parts of the content.
  v005: ["/choices/0/message/content"],
  w032: ["/choices/0/message/content"],
  // Lists that are appended.
  w045: [
    ...["content", "title", "url"].map(
      (name) => `/choices/0/message/annotations/0/url_citation/${name}`,
    ),
    ...[1, 2, 3, 4].map((index) => `/choices/0/message/annotations/${index}`),
  ],
  // Objects that are merged.
  v011: filters,
  w017: filters,
  w062: [...protectedMaterial, ...filters],
  w002: ["/x_groq/seed"],
  w003: ["/choices/0/message/reasoning", "/x_groq/seed"],
  w039: ["/choices/0/message/reasoning", "/x_groq/seed"],
  // Values that a later null does not take away.
  w035: ["/choices/0/native_finish_reason"],
  w041: ["/usage"],
  w043: ["/choices/0/native_finish_reason"],
  w053: ["/choices/0/native_finish_reason"],
  w055: ["/choices/0/native_finish_reason"],
  // Arguments that are null.
  w056: ["/choices/0/message/tool_calls/0/function/arguments"],
};

/** Streams for which the package has no completion, with its error. */
const failures: Readonly<Record<string, string>> = {
  v004: "missing role for choice 0",
  v007: "Chat completion stream contains an invalid tool call index: undefined",
  v008: "Cannot read properties of undefined (reading 'id')",
  w005: "missing role for choice 0",
  w006: "missing role for choice 0",
  w020: "missing finish_reason for choice 0",
  w021: "missing role for choice 0",
  w025: "chunk.choices is not iterable",
  w026: "chunk.choices is not iterable",
  w027: "chunk.choices is not iterable",
  w028: "chunk.choices is not iterable",
  w033: "tool call snapshot missing `type`",
  w038: "missing finish_reason for choice 0",
  w040: "Tool choice is required, but model did not call a tool",
  w042: "Token limit reached",
  w046: "missing finish_reason for choice 0",
  w047: "missing finish_reason for choice 0",
  w054: "missing finish_reason for choice 0",
  w064: "no tool call snapshot",
};

const keyOf = ({ name }: CorpusStream) => name.slice("chat_sse/".length, "chat_sse/".length + 4);

/** Returns the payloads that are JSON. */
function payloadsOf({ bytes }: CorpusStream): string[] {
  return Buffer.from(bytes)
    .toString()
    .split("\n")
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice("data:".length).trim())
    .filter((payload) => payload !== "[DONE]" && payload !== '{"id":}]}');
}

async function readWithPackage(payloads: readonly string[]): Promise<Reading> {
  const lines = payloads.map((payload) => `${payload}\n`);
  const stream = ChatCompletionStream.fromReadableStream(new Blob(lines).stream());
  try {
    const completion: unknown = await stream.finalChatCompletion();
    return { completion: JSON.parse(JSON.stringify(completion)), error: undefined };
  } catch (reason) {
    return { completion: undefined, error: reason instanceof Error ? reason.message : "" };
  }
}

function accumulate(payloads: readonly string[]) {
  const accumulator = createAccumulator(ChatCompletionStreamEventSchema);
  for (const payload of payloads) {
    const json = `{"event":"","data":${payload}}`;
    const event = parseOpenAI(ChatCompletionStreamEventSchema, json, { mode: "archive" });
    accumulator.apply(event);
  }
  return accumulator;
}

/** Returns the completions of a stream, as JSON. */
function readWithAccumulator(payloads: readonly string[]): unknown[] {
  return accumulate(payloads)
    .objects(ChatCompletionSchema)
    .map((completion) => JSON.parse(stringifyOpenAI(ChatCompletionSchema, completion)));
}

/**
 * Returns a value without the members in which both always differ: the package adds and removes
 * members that are null, removes an empty fingerprint and the index of a tool call, and keeps the
 * padding of Mistral.
 */
function comparable(value: unknown): unknown {
  const text = JSON.stringify(value, function (this: unknown, name, held: unknown) {
    const isOfToolCall = name === "index" && Object.hasOwn(Object(this), "function");
    const isDropped = held === null || isOfToolCall || name === "p";
    return isDropped || (name === "system_fingerprint" && held === "") ? undefined : held;
  });
  return JSON.parse(text);
}

/** Returns the pointers to all differences, sorted. */
function differences(left: unknown, right: unknown, pointer = ""): string[] {
  if (!isContainer(left) || !isContainer(right) || Array.isArray(left) !== Array.isArray(right)) {
    return left === right ? [] : [pointer];
  }
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names]
    .flatMap((name) => differences(left[name], right[name], `${pointer}/${name}`))
    .sort();
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

const streams = chatStreams().map((stream) => ({ stream, key: keyOf(stream), name: stream.name }));

describeWithCorpus("ChatCompletionStream of the openai package", () => {
  it.each(streams.filter(({ key }) => failures[key] === undefined))(
    "has the same completion of $name",
    async ({ stream, key }) => {
      const payloads = payloadsOf(stream);
      const { completion, error } = await readWithPackage(payloads);
      expect(error).toBeUndefined();
      const ours = readWithAccumulator(payloads);
      expect(ours).toHaveLength(1);
      expect(differences(comparable(completion), comparable(ours[0]))).toEqual(
        deviations[key]?.toSorted() ?? [],
      );
    },
  );

  it.each(streams.filter(({ key }) => failures[key] !== undefined))(
    "has none of $name, and we have one",
    async ({ stream, key }) => {
      const payloads = payloadsOf(stream);
      expect((await readWithPackage(payloads)).error).toBe(failures[key]);
      const [ours, ...others] = readWithAccumulator(payloads);
      expect(ours).toMatchObject({ object: "chat.completion", choices: [{ index: 0 }] });
      expect(others).toEqual([]);
    },
  );

  it.each(["w040", "w042"])("and we agree that stream %s broke", (key) => {
    const { stream } = streams.find((each) => each.key === key) ?? expect.unreachable();
    expect(accumulate(payloadsOf(stream)).ended).toBe("error");
  });
});
