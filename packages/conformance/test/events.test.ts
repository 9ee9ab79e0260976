import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DescMessage } from "@bufbuild/protobuf";
import {
  buildSchemas,
  DocumentGenerator,
  describeWithCorpus,
  documentCount,
  printedSeed,
  Random,
} from "@stepwire/testing";
import { createTranscoder } from "@stepwire/transcode";
import { compileHostTable } from "@stepwire/transcode/internal";
import { describe, expect, test } from "vitest";
import { type CorpusEvents, corpusEvents } from "../src/corpus/results.js";
import { EVENTS, formatFile, readFiles } from "../src/files.js";
import { schemaNamed } from "../src/schemas.js";
import { eventVectors } from "../src/sse/cases.js";
import { readStream, writeMessage } from "../src/sse/derive.js";
import type { EventVectorOptions, ReadVector, WriteVector } from "../src/sse/format.js";
import {
  differenceOf,
  isSameWritten,
  joinMessages,
  readByWasm,
  writeByWasm,
} from "./support/events.js";
import { WasmHost } from "./wasm-host.js";

const build = join(import.meta.dirname, "../../transcode/build");
const builds = ["stepwire.wasm", "stepwire-scalar.wasm"] as const;
const hosts = new Map(builds.map((file) => [file, new WasmHost(readFileSync(join(build, file)))]));
const seed = printedSeed();

function hostOf(file: (typeof builds)[number]): WasmHost {
  return hosts.get(file) ?? expect.unreachable(file);
}

/** Cuts bytes into chunks anywhere. */
function cut(bytes: Uint8Array, random: Random, least = 1): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const largest = least * random.pick([1, 7, 50]);
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + random.below(largest));
    chunks.push(bytes.slice(at, end));
    at = end;
  }
  return chunks;
}

const RUN = "stepwire.v1.StreamEvent";
const CHAT = "stepwire.chat.v1.ChatCompletionStreamEvent";
const RESPONSES = "stepwire.responses.v1.ResponseStreamEvent";

const archive = ["archive"] as const;

describeWithCorpus("streams of the corpus", () => {
  const streams = corpusEvents();

  describe.each(builds)("%s", (file) => {
    test("converts them as @stepwire/openai-sse does, in chunks cut anywhere", async () => {
      const host = hostOf(file);
      const random = new Random(seed);
      let events = 0;
      const modes = file === "stepwire.wasm" ? (["preserve", "archive"] as const) : archive;
      for (const stream of streams) {
        expect(host.select(stream.schema)).toBe(true);
        for (const mode of modes) {
          events += await verifyStream(host, stream, mode, random);
        }
      }
      expect(events).toBeGreaterThan(streams.length * 5);
    });
  });
});

/** Returns the number of events. */
async function verifyStream(
  host: WasmHost,
  { name, bytes, schema, framing }: CorpusEvents,
  mode: "preserve" | "archive",
  random: Random,
): Promise<number> {
  const options: EventVectorOptions = {
    mode,
    ...(framing && { framing }),
  };
  const expected = await readStream(schemaNamed(schema), bytes, options);
  for (const chunks of [[bytes], cut(bytes, random, 100)]) {
    const found = readByWasm(host, chunks, options);
    expect(differenceOf(found, expected) ?? "", `${name} ${mode}`).toBe("");
  }
  const messages = expected.events.map((event) => Buffer.from(event, "hex"));
  const written = messages.map((each) => writeMessage(schemaNamed(schema), each).text);
  const { output } = host.convertEvents("unpackEvents", joinMessages(messages));
  expect(Buffer.from(output).toString()).toBe(written.join(""));
  return messages.length;
}

const vectors = await eventVectors();

test("the committed vectors are what @stepwire/openai-sse says now (else: pnpm vectors)", () => {
  const files = new Map(vectors.map((file) => [file.topic, formatFile(file)]));
  expect(Object.fromEntries(readFiles(EVENTS))).toEqual(Object.fromEntries(files));
});

describe.each(vectors)("$topic", ({ cases }) => {
  test("has a different name for each case", () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  test.each(builds)("by %s, whole and byte by byte", (file) => {
    const host = hostOf(file);
    for (const vector of cases) {
      expect(host.select(vector.schema)).toBe(true);
      const difference =
        "events" in vector ? readDifference(host, vector) : writeDifference(host, vector);
      expect(difference ?? "", vector.name).toBe("");
    }
  });
});

function readDifference(host: WasmHost, vector: ReadVector): string | undefined {
  const { sse, sseBase64 = "", events, refusals = [], isBroken = false, options = {} } = vector;
  const bytes = sse === undefined ? Buffer.from(sseBase64, "base64") : Buffer.from(sse);
  const expected = { events, refusals, isBroken };
  const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
  const messages = events.map((event) => Buffer.from(event, "hex"));
  const { output } = host.convertEvents("unpackEvents", joinMessages(messages));
  const written = Buffer.from(output).toString();
  return (
    differenceOf(readByWasm(host, [bytes], options), expected) ??
    differenceOf(readByWasm(host, single, options), expected) ??
    (written === (vector.written ?? sse) ? undefined : `written as ${written}`)
  );
}

function writeDifference(host: WasmHost, vector: WriteVector): string | undefined {
  const { event, written: text, violations } = vector;
  const found = writeByWasm(host, Buffer.from(event, "hex"));
  const expected = { ...(text !== undefined && { text }), ...(violations && { violations }) };
  return isSameWritten(found, expected) ? undefined : JSON.stringify(found);
}

describe.each(builds)("events that need more room, by %s", (file) => {
  const long = "x".repeat(300_000);
  const nested = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;

  test.each<[name: string, stream: string, options: EventVectorOptions]>([
    ["a document", `event: \u00e9\ndata: "${long}"\n\ndata: 1\n\n`, {}],
    ["an identifier", `id: ${long}\u00e9\ndata: 1\n\n`, {}],
    ["joined data", `data: [\n${`data: "${long.slice(0, 1000)}",\n`.repeat(300)}data: 1]\n\n`, {}],
    ["text", `data: ${"\u0001\u001f".repeat(100_000)}\n\n`, { mode: "archive" }],
    ["a nested object", `data: ${nested}\ndata: {}\ndata: 1\n\n`, { framing: "lenient" }],
    ["many names", `data: {${"a".repeat(9)}}\n\ndata: {${manyNames(5000)}}\n\n`, {}],
  ])("%s", async (name, text, options) => {
    const stream = new TextEncoder().encode(text);
    const host = new WasmHost(readFileSync(join(build, file)));
    expect(host.select(RUN)).toBe(true);
    const expected = await readStream(schemaNamed(RUN), stream, options);
    expect(differenceOf(readByWasm(host, [stream], options), expected) ?? "", name).toBe("");
    for (const event of expected.events) {
      verifyWritten(host, schemaNamed(RUN), Buffer.from(event, "hex"));
    }
  });
});

describe.each(builds)("memory that cannot grow, by %s", (file) => {
  const wasm = withLargestMemory(readFileSync(join(build, file)), 120);
  const short = new TextEncoder().encode("data: 1\n\n");

  test.each<[name: string, input: string]>([
    ["the space", `data: 1\n\ndata: ${"\u0001".repeat(1_200_000)}\n\n`],
    ["the scratch space", `data: {${manyNames(100_000)}}\n\n`],
  ])("returns -1, and converts the next input: for %s", (_, stream) => {
    verifyFailure("packEvents", new TextEncoder().encode(stream));
  });

  test("returns -1, and converts the next input: for the output", () => {
    // An event is longer than its message.
    expect(hostOf(file).select(RUN)).toBe(true);
    const { output } = hostOf(file).convertEvents("packEvents", short);
    verifyFailure("unpackEvents", Buffer.alloc(2_820_000, output));
  });

  function verifyFailure(direction: "packEvents" | "unpackEvents", input: Uint8Array): void {
    const host = new WasmHost(wasm);
    expect(host.select(RUN)).toBe(true);
    expect(host.tryEvents(direction, input)).toEqual([-1, OUT_OF_MEMORY, 0, 0, 0, 0]);
    const next = host.convertEvents("packEvents", short);
    expect(next).toMatchObject({ events: 1, refused: undefined });
  }
});

const OUT_OF_MEMORY = 17;

/** Returns a module whose memory has at most `pages`, which are 64 to 127. */
function withLargestMemory(wasm: Uint8Array, pages: number): Uint8Array<ArrayBuffer> {
  for (let at = 8; at < wasm.length; ) {
    let size = 0;
    let start = at + 1;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[start++] ?? expect.unreachable();
      size |= (byte & 127) << shift;
      if (byte < 128) {
        break;
      }
    }
    if (wasm[at] === 5) {
      const [count, flags, least] = wasm.subarray(start, start + size);
      expect([size, count, flags]).toEqual([3, 1, 0]);
      const section = [5, 4, 1, 1, least ?? 0, pages];
      return Uint8Array.from([...wasm.subarray(0, at), ...section, ...wasm.subarray(start + size)]);
    }
    at = start + size;
  }
  return expect.unreachable();
}

test.each(builds)("a limit that is too large for a size, by %s", (file) => {
  const host = hostOf(file);
  expect(host.select(RUN)).toBe(true);
  const input = new TextEncoder().encode("data: 1\n\n");
  for (const maxSize of [0x7fffffff, 0xfff00000, 0xffffffff]) {
    const { output, refused } = host.convertEvents("packEvents", input, { maxSize });
    expect(refused).toBeUndefined();
    expect(host.convertEvents("unpackEvents", output, { maxSize }).refused).toBeUndefined();
  }
  const size = Uint8Array.of(0x80, 0x80, 0x80, 0x80, 8);
  const { refused } = host.convertEvents("unpackEvents", size, {
    maxSize: 0xffffffff,
    last: false,
  });
  expect(refused).toMatchObject({ code: "too_large", end: 0 });
});

/** Returns the members of an object. */
function manyNames(count: number): string {
  return Array.from({ length: count }, (_, index) => `"name_${index}":${index}`).join();
}

const own = `
  message Thing {
    string type = 1;
    optional string id = 2;
    optional Thing inner = 3;
    RESIDUE
  }
  message Other {
    string event = 1;
    optional string data = 2 [(field).verbatim = true];
  }
  message Bare {
    oneof event {
      option (oneof).adjacent = { tag: "event" content: "data" };
      Thing made = 1 [(field).tag_value = "a"];
    }
    RESIDUE
  }
  message Named {
    oneof event {
      option (oneof).adjacent = { tag: "na/me~" content: "bo\\"dy" };
      Thing empty = 2 [(field).empty_tag = true];
      Thing made = 300 [(field).tag_value = "a"];
      string done = 4 [
        (field) = { tag_value: "done" presence: PRESENCE_OPTIONAL },
        (sse) = { done_text: "[DONE]" }
      ];
      string unnamed_done = 20 [
        (field) = { tag_value: "x" presence: PRESENCE_OPTIONAL },
        (sse) = { done_text: "{}" done_unnamed: true }
      ];
      Thing strange = 7 [(field).tag_value = "é"];
      Thing lines = 8 [(field).tag_value = "a\\nb"];
      Thing quoted = 9 [(field).tag_value = "a\\"b\\\\"];
    }
    optional string id = 600 [(sse).id = true];
    optional string data_text = 3 [(sse).text = true];
    optional bool unnamed = 1 [(sse).named_by = "type"];
    RESIDUE
  }
  message Flagged {
    oneof event {
      option (oneof).adjacent = { tag: "event" content: "data" };
      Thing made = 2 [(field).tag_value = "a"];
      Other other = 5 [(field).any_other = true];
    }
    optional string id = 1 [(sse).id = true];
    optional string data_text = 700 [(sse).text = true];
    optional bool unnamed = 900 [(sse).named_by = "type"];
    RESIDUE
  }
`;

const registry = buildSchemas({ acme: own });
const ownSchemas = ["Bare", "Named", "Flagged"].map(
  (name): DescMessage => registry.getMessage(`acme.${name}`) ?? expect.unreachable(name),
);
const ownTable = compileHostTable(ownSchemas);
const ownHosts = new Map(
  builds.map((file) => [file, new WasmHost(readFileSync(join(build, file)), ownTable)]),
);

const fragments = [
  ...["event", "data", "id", "retry", ":", ": ", "  ", "1", "{}", "x", "é", "\uFEFF", "\0"],
  ...["\n", "\n", "\n\n", "\n\n", "\r", "\r\n", "\r\r", "data: 1\n", "event: a\n", "id: 7\n"],
  ...["event: done\n", "data: [DONE]\n", 'data: "[DONE]"\n', "data\n", "event: é\n", "id: é\n"],
  ...[
    'data: {"type":"a"}\n',
    'data: {"type":"é","id":"\\ud800"}\n',
    'data: {"type":"x","a":1,"a":2}\n',
  ],
  ...[
    'data: {"a":[1,{"type":"b"}],"ty\\u0070e":"a\\n"}\n',
    "data: {\n",
    'data: "a\n',
    "data: [1\n",
  ],
  ...['data: {"type":"a","inner":{"type":1}}\n', "data: ]}\n", 'data: 1,"unnamed":true\n'],
  ...['data: {"object":"thread.run.step.delta","id":"s","delta":{}}\n', 'data: {"\\ud800":1}\n'],
  ...["event: thread.run.step.delta\n", "data: null\n", 'data: "\\u005bDONE]"\n', ": comment\n"],
  ...["event: error\n", 'data: {"error":null}\n', "data: 1e999\n", "data: \t{}\t\n", "id\n"],
  ...['data: {"type":"response.created"}\n', "event: response.created\n", 'event: a"b\\\n', "\xff"],
  ...[
    'data: {"choices":[{"index":0,"delta":{}}],"object":"chat.completion.chunk"}\n',
    "event: a/b\n",
  ],
];

/** Returns the bytes of a stream that is made of pieces that matter. */
function streamOf(random: Random): Uint8Array {
  const length = 1 + random.below(14);
  const pieces = Array.from({ length }, () => random.pick(fragments) ?? "");
  return Buffer.concat(
    pieces.map((piece) => Buffer.from(piece, piece === "\xff" ? "latin1" : "utf8")),
  );
}

const optionsOf = (random: Random): EventVectorOptions => ({
  mode: random.pick(["strict", "preserve", "archive"] as const),
  ...(random.chance(0.4) && { framing: "lenient" }),
  ...(random.chance(0.2) && { maxEventBytes: 1 + random.below(80) }),
  ...(random.chance(0.2) && { maxDepth: 2 + random.below(4) }),
});

const ROUNDS = documentCount() / 4;

describe.each(builds)("streams of pieces that matter, by %s", (file) => {
  const cases = [
    ...[RUN, CHAT, RESPONSES].map((name) => ({ schema: schemaNamed(name), host: hostOf(file) })),
    ...ownSchemas.map((schema) => ({ schema, host: ownHosts.get(file) ?? hostOf(file) })),
  ];

  test.each(cases)("$schema.typeName", async ({ schema, host }) => {
    const random = new Random(seed);
    let refusals = 0;
    const messages = new Set<string>();
    for (let round = 0; round < ROUNDS / cases.length; round++) {
      const stream = streamOf(random);
      const options = optionsOf(random);
      expect(host.select(schema.typeName)).toBe(true);
      const expected = await readStream(schema, stream, options);
      const found = readByWasm(host, cut(stream, random), options);
      const difference = differenceOf(found, expected);
      if (difference !== undefined) {
        const context = JSON.stringify([Buffer.from(stream).toString("latin1"), options]);
        expect.fail(`${context}: ${difference}`);
      }
      refusals += expected.refusals.length;
      for (const event of expected.events) {
        messages.add(event);
      }
    }
    expect(refusals).toBeGreaterThan(10);
    for (const message of messages) {
      verifyWritten(host, schema, Buffer.from(message, "hex"));
    }
    expect(messages.size).toBeGreaterThan(10);
  });
});

describe.each(builds)("generated messages, whole and spoiled, by %s", (file) => {
  const cases = [
    ...[RUN, CHAT].map((name) => ({ schema: schemaNamed(name), host: hostOf(file) })),
    ...ownSchemas.map((schema) => ({ schema, host: ownHosts.get(file) ?? hostOf(file) })),
  ];

  test.each(cases)("$schema.typeName", ({ schema, host }) => {
    const random = new Random(seed);
    const generator = new DocumentGenerator(schema);
    const transcoder = createTranscoder(schema, { mode: "archive" });
    expect(host.select(schema.typeName)).toBe(true);
    for (let round = 0; round < ROUNDS / 50; round++) {
      const { text } = generator.generate(Math.abs(seed) + round);
      const message = transcoder.toBinary(new TextEncoder().encode(text)).slice();
      verifyWritten(host, schema, message);
      for (let spoiled = 0; spoiled < 3 && message.length > 0; spoiled++) {
        const other = message.slice();
        other[random.below(other.length)] = random.below(256);
        verifyWritten(host, schema, other);
      }
      verifyWritten(host, schema, message.subarray(0, random.below(message.length + 1)));
    }
  });
});

function verifyWritten(host: WasmHost, schema: DescMessage, message: Uint8Array): void {
  const expected = writeMessage(schema, message);
  const found = writeByWasm(host, message);
  if (!isSameWritten(found, expected)) {
    const context = `${schema.typeName} ${Buffer.from(message).toString("hex")}`;
    expect.fail(`${context}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
  }
}
