import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeEventsToBinary } from "@stepwire/openai-sse";
import { projectRoot } from "@stepwire/testing";
import { schemaNamed } from "../schemas.js";
import { deriveStream, type StreamInput, type WrittenInput, writeInput } from "./derive.js";
import { storedGzip, storedZstd } from "./envelopes.js";
import type { StreamVectorFile } from "./format.js";

const ASSISTANT = "stepwire.v1.StreamEvent";
const CHAT = "stepwire.chat.v1.ChatCompletionStreamEvent";

/** An event whose payload has a message with the texts "a" and "b" in its field 1. */
const NESTED = "26 1a 02 0a 06 0a 01 61 12 01 62";

/** `FIRST`, then texts of two letters as its only value. */
function texts(count: number): string {
  const each = Array.from({ length: count }, (_, index) => `0c 78 ${(0x41 + index).toString(16)}`);
  return `${FIRST} ${each.join(" ").replace("0c", "0e 1a 09 00")}`;
}

const bytes = (text: string): Uint8Array => Buffer.from(text.replaceAll(" ", ""), "hex");

/** Version 1, starting at event 1. */
const HEADER = "89 53 57 01 01";

/** An event with a payload in field 13, whose field 1 is "a", and its shape. */
const FIRST = "1a 1a 00 6a 03 0a 01 61";

/** `FIRST`, then the texts "b" and "c" as its only value. */
const TEXTS = `${FIRST} 0a 1a 09 00 62 08 63`;

/** An event with the texts "a" and "b" in two fields of its payload. */
const TWO_FIELDS = "1e 1a 02 0a 01 61 12 01 62";

/** Returns the event messages of server-sent events. */
async function messages(schema: string, sse: string | Uint8Array): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const event of decodeEventsToBinary(schemaNamed(schema), [Buffer.from(sse)])) {
    all.push(event.slice());
  }
  return all;
}

const event = (name: string, payload: unknown, id?: string): string =>
  `event: ${name}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(payload)}\n\n`;

function textDelta(value: string, id = "msg_1"): string {
  const content = [{ index: 0, type: "text", text: { value } }];
  return event("thread.message.delta", { id, object: "thread.message.delta", delta: { content } });
}

function chunk(content: string, more: object = {}): string {
  const choices = [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }];
  const head = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_700_000_000 };
  return `data: ${JSON.stringify({ ...head, model: "model-1", choices, ...more })}\n\n`;
}

const step = {
  id: "step_1",
  object: "thread.run.step",
  created_at: 1_700_000_000,
  run_id: "run_1",
  assistant_id: "asst_1",
  thread_id: "thread_1",
  type: "message_creation",
  status: "in_progress",
  cancelled_at: null,
  completed_at: null,
  expires_at: 1_700_000_600,
  failed_at: null,
  last_error: null,
  step_details: { type: "message_creation", message_creation: { message_id: "msg_1" } },
  usage: null,
};

async function written(): Promise<WrittenInput[]> {
  const deltas = await messages(
    ASSISTANT,
    ["Hi", " to", "!"].map((text) => textDelta(text, "m")).join(""),
  );
  const all = await messages(
    ASSISTANT,
    [
      event("thread.run.step.created", step),
      event("thread.run.step.in_progress", step),
      event("thread.run.step.in_progress", { ...step, x_unknown: [1] }, "7"),
      textDelta("a"),
      textDelta("é".repeat(100)),
      textDelta(""),
      textDelta("b", "msg_2"),
      event("acme", { a: 1 }),
      textDelta("c", "msg_2"),
      event("thread.run.step.completed", {
        ...step,
        status: "completed",
        completed_at: 1_700_000_005,
        usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
      }),
      "event: done\ndata: [DONE]\n\n",
    ].join(""),
  );
  const chat = await messages(
    CHAT,
    [
      chunk("Hel"),
      chunk("lo"),
      chunk("!"),
      chunk("", { obfuscation: "x1" }),
      chunk(" a", { obfuscation: "y2", choices: [] }),
      "data: [DONE]\n\n",
    ].join(""),
  );
  const words = ["The", " solution", " to", " the", " equation", " is", " the", " solution", "."];
  const text = words.join("");
  const message = {
    id: "msg_1",
    object: "thread.message",
    created_at: 1_700_000_000,
    assistant_id: "asst_1",
    thread_id: "thread_1",
    run_id: "run_1",
    status: "completed",
    role: "assistant",
    content: [{ type: "text", text: { value: text, annotations: [] } }],
    attachments: [],
    metadata: {},
  };
  const repeated = await messages(
    ASSISTANT,
    [
      ...words.map((word) => textDelta(word)),
      event("thread.message.completed", message),
      event("thread.message.completed", { ...message, metadata: { copy: `${text} ${text}` } }),
      event("acme", { text }),
    ].join(""),
  );
  const obfuscated = await messages(
    CHAT,
    ["Hel", "lo", "!", "", " and more"]
      .map((word, at) => chunk(word, { obfuscation: "xyz".slice(at) }))
      .join(""),
  );
  const other = [
    "",
    "08 01",
    "ff ff",
    "6a 04 12 00 0a 00",
    "6a 81 00 0a",
    "6a 03 0a 01 61 6a 03 0a 01 62",
    "5a 01 31 6a 03 0a 01 61",
    "6a 06 0a 01 61 0a 01 62",
    "6a 06 0a 01 61 0a 01 62",
    "6a 03 0a 01 61 72 03 0a 01 62",
    "6a 0b 08 ff ff ff ff ff ff ff ff ff 01",
    "6a 0b 08 ff ff ff ff ff ff ff ff ff 01",
    "6a 0b 08 ff ff ff ff ff ff ff ff ff 02",
    "6a 02 00 01",
    "6a 06 80 80 80 80 10 01",
    "6a 03 88 00 01",
    "6a 03 88 00 01",
    "6a 04 0d 01 02 03",
    "6a 05 0d 01 02 03 04",
    "6a 09 09 01 02 03 04 05 06 07 08",
    "6a 02 0b 0c",
  ].map(bytes);
  const sample = await messages(ASSISTANT, readFileSync(join(projectRoot, "samples/stream.sse")));
  const each = (events: readonly Uint8Array[]): Uint8Array[][] => events.map((one) => [one]);
  return [
    { name: "no events", schema: ASSISTANT, blocks: [] },
    { name: "one block of deltas", schema: ASSISTANT, blocks: [deltas] },
    { name: "events of all kinds", schema: ASSISTANT, blocks: [all.slice(0, 5), [], all.slice(5)] },
    { name: "chunks of a chat", schema: CHAT, blocks: [chat] },
    { name: "chunks with two changed values", schema: CHAT, blocks: each(obfuscated) },
    { name: "texts that come again", schema: ASSISTANT, blocks: each(repeated) },
    { name: "a history that is full", schema: ASSISTANT, blocks: [await long()] },
    {
      name: "bytes of other writers",
      schema: ASSISTANT,
      blocks: [[...deltas, ...other, ...deltas]],
    },
    { name: "the sample, event by event", schema: ASSISTANT, blocks: each(sample) },
    {
      name: "a stream that was resumed",
      schema: ASSISTANT,
      blocks: each(deltas.slice(1)),
      numbers: [1_000_000],
    },
    {
      name: "gaps between numbers",
      schema: ASSISTANT,
      blocks: each(deltas),
      numbers: [0, 300, Number.MAX_SAFE_INTEGER - 1],
    },
  ];
}

/** Returns events whose texts have more bytes than can be copied, and come again at the end. */
async function long(): Promise<Uint8Array[]> {
  const texts = Array.from({ length: 9 }, (_, index) => paragraph(index, 450));
  const all = [...texts, ...texts.slice(0, 1), ...texts.slice(-2)];
  return await messages(ASSISTANT, all.map((text) => textDelta(text)).join(""));
}

/** Returns a text of numbers, about four bytes each, that occurs nowhere else. */
function paragraph(seed: number, count: number): string {
  return Array.from(
    { length: count },
    (_, index) => ((index + seed * count) ** 2 * 7919) % 9973,
  ).join(" ");
}

function read(deltas: Uint8Array): StreamInput[] {
  const raw = (name: string, text: string, options?: StreamInput["options"]): StreamInput => ({
    name,
    stream: bytes(`${text.startsWith("!") ? "" : HEADER} ${text.replace("!", "")}`),
    ...(options && { options }),
  });
  const [half, rest] = [deltas.subarray(0, 28), deltas.subarray(28)];
  return [
    raw("records without an event", "00 02 00 02 00 00"),
    raw("varints with unnecessary bytes", "8c 80 00 08 01 80 00 80 00"),
    raw("a shape without an arm", `${FIRST} 0e 00 08 01 0c 08 02 00 00`),
    raw("equal events", `${FIRST} 0c 6a 00 0c 6a 00 00 00`),
    raw("equal payloads", `${FIRST} 06 1a 02 04 06 1c 06 0d 00 00`),
    raw("a payload with one field less", `${TWO_FIELDS} 06 1a 0a 00 00`),
    raw("an empty value", `${FIRST} 06 1a 09 00 04 00 00`),
    raw("an empty event", "04 00 00"),
    raw("arms that share a slot", `${FIRST} 0e 1c 04 0d 72 00 0e 1a 00 6a 00 00 00`),
    raw("texts that come again", `${TEXTS} 01 05 03 1a 09 00 00 00`),
    raw("the text that replaced the oldest one", `${texts(33)} 01 00 00`),
    raw("two changed values", `${TWO_FIELDS} 12 1a 11 00 08 01 78 79 0c 00 7a 00 00`),
    raw("two changed values in one message", `${NESTED} 12 1a 11 01 81 03 01 78 79 00 00`),
    raw("a copy from an earlier event", `${FIRST} 0e 01 01 01 03 04 6a 61 00 00`),
    raw("copies next to each other", `${FIRST} 06 01 03 00 01 05 00 03 04 00 01 01 00 00`),
    raw("a copy in a payload", `${FIRST} 06 1b 0a 01 00 03 03 00 00`),
    raw("a copy of a text that came again", `${TEXTS} 01 0a 01 01 00 02 02 64 00 00`),
    raw("a failure", `${FIRST} 00 03 02 01 02`),
    raw("an empty failure", "00 03 00"),
    { name: "gzip", stream: storedGzip([half, rest]), encoding: "gzip" },
    { name: "zstd", stream: storedZstd([half, rest]), encoding: "zstd" },
    raw("error: no input", "!"),
    raw("error: JSON", "! 7b 22 61 22"),
    raw("error: a byte of another format", "! 89 50"),
    raw("error: gzip that was not announced", "! 1f 8b 08 00"),
    raw("error: a newer version", "! 89 53 57 02 01 aa"),
    raw("error: version 0", "! 89 53 57 00 01"),
    raw("error: a header that is cut off", "! 89 53 57 01"),
    raw("error: no end", FIRST),
    raw("error: an event that is cut off", `${FIRST} 1c 6a 03`),
    raw("error: a shape that is cut off", `${FIRST} 1e 1a`),
    raw("error: paths that are cut off", `${FIRST} 0a 1a 11 00`),
    raw("error: a copy that is cut off", `${FIRST} 0e 01 01 01 03`),
    raw("error: a jump that is cut off", "00 01"),
    raw("error: a failure that is cut off", "00 03 02 01"),
    raw("error: bytes after the end", `${FIRST} 00 00 00`),
    raw("error: a control record without meaning", "00 04"),
    raw("error: a head without a size", "02 00"),
    raw("error: a varint of 9 bytes", "ff ff ff ff ff ff ff ff 01"),
    raw("error: a varint above 2^53 - 1", "00 01 80 80 80 80 80 80 80 10"),
    raw("error: numbers out of order", `${FIRST} 00 01 01 0c 08 01`),
    raw("error: a resumed stream that starts too early", FIRST, { firstNumber: 2 }),
    raw("error: a mask without a payload", "0e 1a 08 6a 00"),
    raw("error: a value without a payload", "0a 1a 09 00 61"),
    raw("error: a mask of a field that the payload does not have", `${FIRST} 0e 1a 10 6a 00`),
    raw("error: a step to a field that the payload does not have", `${FIRST} 0a 1a 09 08 61`),
    raw("error: a step into a number", "16 1a 00 6a 02 08 01 0a 1a 09 00 61"),
    raw("error: a step into a text", `${FIRST} 0a 1a 09 01 61`),
    raw("error: a step into a repeated field", "26 1a 00 6a 06 0a 01 61 0a 01 62 0a 1a 09 00 61"),
    raw("error: a field that is kept and in the body", `${FIRST} 18 6a 03 0a 01 62`),
    raw("error: a body without the payload", "0e 1a 00 08 01"),
    raw("error: a payload that is a number", "0e 1a 00 68 01"),
    raw("error: a payload that is malformed", "1a 1a 00 6a 03 0a 02 61"),
    raw("error: a payload alone that is malformed", "12 1a 02 0a 02 61"),
    raw("error: fields that are not in order", "1e 1a 00 6a 04 12 00 0a 00"),
    raw("error: no values", `${FIRST} 0a 1a 01 61`),
    raw("error: 9 values", `${FIRST} 0a 1a 49`),
    raw("error: a path that is too large", `${FIRST} 0a 1a 09 80 03 61`),
    raw("error: equal paths", `${TWO_FIELDS} 12 1a 11 00 00 01 78 79`),
    raw("error: paths in descending order", `${TWO_FIELDS} 12 1a 11 08 00 01 78 79`),
    raw("error: a path within another", `${NESTED} 12 1a 11 00 01 01 78 79`),
    raw("error: values that are cut off", `${TWO_FIELDS} 0e 1a 11 00 08 02 78`),
    raw("error: a mask of 49 bits", `${FIRST} 0a 1a 80 80 80 80 80 80 80 04`),
    raw("error: an unknown kind of shape", `${FIRST} 0a 1a 03 61`),
    raw("error: an arm of 2^29", "0a 80 80 80 80 04 00"),
    raw("error: a text that does not exist", `${TEXTS} 09`),
    raw("error: a text with too large a number", `${TEXTS} 81 01`),
    raw("error: a text for an event without values", `${FIRST} 01`),
    raw("error: a text for two values", `${TEXTS} ${TWO_FIELDS} 03 1a 11 00 08`),
    raw("error: a text with a copy", `${TEXTS} 03 1b 09 00 01 00 01 01`),
    raw("error: a copy without earlier events", "0e 01 01 01 01 01 6a 00"),
    raw("error: a copy from before the first event", `${FIRST} 0e 01 01 01 03 06 6a 61`),
    raw("error: a copy that is longer than its distance", `${FIRST} 0e 01 01 01 03 02 6a 61`),
    raw("error: an empty copy", `${FIRST} 0e 01 01 01 00 04 6a 61`),
    raw("error: no copies", `${FIRST} 0e 01 00 6a 61`),
    raw("error: 257 copies", `${FIRST} 0e 01 81 02`),
    raw("error: a copy after the end of the body", `${FIRST} 0e 01 01 03 03 04 6a 61`),
    raw("error: an event that is too large", "ac 1f", { maxEventBytes: 1000 }),
    raw("error: an event that is too large with a copy", `${FIRST} 0e 01 01 01 05 05 6a 61`, {
      maxEventBytes: 6,
    }),
    raw("error: a restored event that is too large", `${FIRST} 14 6a 02 12 00`, {
      maxEventBytes: 6,
    }),
    raw("error: payloads that are too large together", `${FIRST} 1a 1c 00 72 03 0a 01 62`, {
      maxStateBytes: 100,
    }),
    raw(
      "error: events that are too large together",
      `${FIRST} 0c 6a 00 ${"0c 6a 00 ".repeat(20)} 00 00`,
      {
        maxBlockBytes: 20,
        maxExpansion: 1,
      },
    ),
    {
      name: "error: gzip that is cut off",
      stream: storedGzip([half, rest]).subarray(0, 40),
      encoding: "gzip",
    },
    {
      name: "error: zstd that is cut off",
      stream: storedZstd([half, rest]).subarray(0, 40),
      encoding: "zstd",
    },
    { name: "error: not gzip", stream: deltas, encoding: "gzip" },
    { name: "error: not zstd", stream: deltas, encoding: "zstd" },
    {
      name: "error: zstd that expands too much",
      stream: storedZstd([bytes(`${HEADER} 00 02`)], 60_000),
      encoding: "zstd",
      options: { maxBlockBytes: 1000, maxExpansion: 10 },
    },
  ];
}

/** Returns the vectors for readers and writers. */
export async function streamVectors(): Promise<StreamVectorFile[]> {
  const inputs = await written();
  const deltas = inputs.find(({ name }) => name === "one block of deltas");
  const streams = read(deltas === undefined ? new Uint8Array() : writeInput(deltas));
  return [
    {
      topic: "streams/written",
      about: "Streams that writers write and readers read.",
      cases: await Promise.all(inputs.map(deriveStream)),
    },
    {
      topic: "streams/read",
      about: "Other streams for readers, and streams that they refuse.",
      cases: await Promise.all(streams.map(deriveStream)),
    },
  ];
}
