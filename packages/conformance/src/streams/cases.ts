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

const bytes = (text: string): Uint8Array => Buffer.from(text.replaceAll(" ", ""), "hex");

/** Version 1, starting at event 1. */
const HEADER = "89 53 57 01 01";

/** An event with a payload in field 13, whose field 1 is "a", and its shape. */
const FIRST = "0d 0d 00 6a 03 0a 01 61";

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

function read(deltas: Uint8Array): StreamInput[] {
  const raw = (name: string, text: string, options?: StreamInput["options"]): StreamInput => ({
    name,
    stream: bytes(`${text.startsWith("!") ? "" : HEADER} ${text.replace("!", "")}`),
    ...(options && { options }),
  });
  const [half, rest] = [deltas.subarray(0, 30), deltas.subarray(30)];
  return [
    raw("records without an event", "00 02 00 02 00 00"),
    raw("varints with unnecessary bytes", "86 80 00 08 01 80 00 80 00"),
    raw("a shape without an arm", `${FIRST} 07 00 08 01 06 08 02 00 00`),
    raw("equal events", `${FIRST} 07 0d 04 6a 00 06 6a 00 00 00`),
    raw("an empty value", `${FIRST} 03 0d 05 00 02 00 00`),
    raw("an empty event", "02 00 00"),
    raw("arms that share a slot", `${FIRST} 07 0e 06 0d 72 00 07 0d 04 6a 00 00 00`),
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
    raw("error: an event that is cut off", `${FIRST} 0e 6a 03`),
    raw("error: a shape that is cut off", `${FIRST} 0f 0d`),
    raw("error: a jump that is cut off", "00 01"),
    raw("error: a failure that is cut off", "00 03 02 01"),
    raw("error: bytes after the end", `${FIRST} 00 00 00`),
    raw("error: a control record without meaning", "00 04"),
    raw("error: a reserved head", "01"),
    raw("error: a varint of 9 bytes", "ff ff ff ff ff ff ff ff 01"),
    raw("error: a varint above 2^53 - 1", "00 01 80 80 80 80 80 80 80 10"),
    raw("error: numbers out of order", `${FIRST} 00 01 01 06 08 01`),
    raw("error: a resumed stream that starts too early", FIRST, { firstNumber: 2 }),
    raw("error: a left-out field without a payload", "07 0d 04 6a 00"),
    raw("error: a value without a payload", "05 0d 05 00 61"),
    raw("error: a left-out field that the payload does not have", `${FIRST} 07 0d 08 6a 00`),
    raw("error: a step to a field that the payload does not have", `${FIRST} 05 0d 05 01 61`),
    raw("error: a step into a number", "0b 0d 00 6a 02 08 01 05 0d 05 00 61"),
    raw("error: a step into a text", `${FIRST} 05 0d 09 00 00 61`),
    raw("error: a step into a repeated field", "13 0d 00 6a 06 0a 01 61 0a 01 62 05 0d 05 00 61"),
    raw("error: a field that is left out and in the body", `${FIRST} 0d 0d 04 6a 03 0a 01 62`),
    raw("error: a body without the payload", "07 0d 00 08 01"),
    raw("error: a payload that is a number", "07 0d 00 68 01"),
    raw("error: a payload that is malformed", "0d 0d 00 6a 03 0a 02 61"),
    raw("error: fields that are not in order", "0f 0d 00 6a 04 12 00 0a 00"),
    raw("error: no steps", `${FIRST} 05 0d 01 61`),
    raw("error: 17 steps", `${FIRST} 05 0d 45`),
    raw("error: a mask of 49 bits", `${FIRST} 05 0d 80 80 80 80 80 80 80 02`),
    raw("error: an arm of 2^29", "05 80 80 80 80 02 00"),
    raw("error: an event that is too large", "d4 0f", { maxEventBytes: 1000 }),
    raw("error: a restored event that is too large", `${FIRST} 0b 0d 04 6a 02 12 00`, {
      maxEventBytes: 6,
    }),
    raw("error: payloads that are too large together", `${FIRST} 0d 0e 00 72 03 0a 01 62`, {
      maxStateBytes: 100,
    }),
    raw(
      "error: events that are too large together",
      `${FIRST} 07 0d 04 6a 00 ${"06 6a 00 ".repeat(20)} 00 00`,
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
