import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { compareJson } from "@stepwire/json";
import { ArchiveWriter, readArchive } from "@stepwire/wire";
import { zstdCodec } from "@stepwire/wire/compressed";
import { joinBytes } from "@stepwire/wire/internal";
import { describe, expect, it } from "vitest";
import { readBytes } from "../../src/engine/bytes/read-bytes.js";
import { detectSpelling, readSpelling } from "../../src/engine/bytes/spelling.js";
import type { BytesChoice, BytesReading, Spelling } from "../../src/model/bytes.js";
import { binaryOf, sampleText } from "../support/binary.js";

function read(
  bytes: Uint8Array<ArrayBuffer>,
  choice: BytesChoice = {},
  spelling: Spelling = "binary",
): Promise<BytesReading> {
  return readBytes({ name: "", spelling, source: new Blob([bytes]) }, choice, () => {});
}

function textOf(reading: BytesReading): string {
  expect(reading.kind, JSON.stringify(reading)).not.toBe("unreadable");
  return reading.kind !== "unreadable" && typeof reading.text === "string" ? reading.text : "";
}

describe("bytes of one message", () => {
  it.each([
    ["message.json", "run-step"],
    ["all-tools.json", "run-step"],
    ["list.json", "run-step-list"],
    ["event.json", "event"],
    ["threads/run.json", "run"],
    ["threads/assistant.json", "assistant"],
    ["threads/messages.json", "message-list"],
    ["chat/answer.json", "chat-completion"],
    ["foreign-tool.json", "run-step"],
  ])("are recognized as those of %s", async (name, type) => {
    const bytes = await binaryOf(sampleText(name));
    const reading = await read(bytes);
    expect(reading).toMatchObject({
      kind: "read",
      layout: "message",
      type: { name: type },
      isCanonical: true,
      unknownBytes: 0,
      size: bytes.length,
    });
    expect(compareJson(sampleText(name), textOf(reading))).toEqual([]);
  });

  it("are read as the type that is chosen", async () => {
    const bytes = await binaryOf('{"id":"thread_1","object":"thread.deleted","deleted":true}');
    const reading = await read(bytes, { type: "assistant-deleted" });
    expect(JSON.parse(textOf(reading))).toMatchObject({ object: "assistant.deleted" });
    const detected = await read(bytes);
    expect(detected).toMatchObject({
      alternatives: expect.arrayContaining(["thread-deleted", "message-deleted"]),
    });
  });

  it("may have fields that the schema does not know", async () => {
    const bytes = joinBytes([
      await binaryOf(sampleText("message.json")),
      Uint8Array.of(0xf2, 0x3f, 1, 65),
    ]);
    const reading = await read(bytes);
    expect(reading).toMatchObject({ unknownBytes: 4, isCanonical: false });
  });
});

describe("an archive", () => {
  it("becomes JSON Lines, or one document of it", async () => {
    const text = sampleText("deltas.jsonl");
    const bytes = await binaryOf(text);
    const all = await read(bytes);
    expect(all).toMatchObject({
      layout: "archive",
      form: "lines",
      documents: 4,
      isCanonical: true,
    });
    expect(all.kind === "read" && all.labels).toEqual(
      Array.from({ length: 4 }, () => expect.stringMatching(/^run step delta, \d+ bytes$/)),
    );
    const lines = text.trimEnd().split("\n");
    const again = textOf(all).trimEnd().split("\n");
    expect(lines.flatMap((line, index) => compareJson(line, again[index] ?? ""))).toEqual([]);
    const third = await read(bytes, { document: 2 });
    expect(third).toMatchObject({ layout: "archive", form: "json", documents: 4 });
    expect(compareJson(lines[2] ?? "", textOf(third))).toEqual([]);
  });

  it.each(["stream.sse", "chat/stream.sse"])("of events becomes a transcript: %s", async (name) => {
    const bytes = await binaryOf(sampleText(name));
    const reading = await read(bytes);
    expect(reading).toMatchObject({ layout: "archive", form: "events" });
    expect(await binaryOf(textOf(reading))).toEqual(bytes);
  });

  it("that is cut off is read up to there", async () => {
    const bytes = await binaryOf(sampleText("deltas.jsonl"));
    const reading = await read(bytes.slice(0, -3));
    expect(reading).toMatchObject({ layout: "archive", documents: 3 });
    expect(reading.kind === "read" && reading.damage).toMatch(/ends within a document.*offset \d+/);
  });
});

describe("an archive with a header", () => {
  const documents = async (name: string): Promise<Uint8Array[]> => {
    const found: Uint8Array[] = [];
    const bytes = await binaryOf(sampleText(name));
    for await (const document of readArchive(Readable.from([bytes]))) {
      found.push(document.bytes);
    }
    return found;
  };

  it.each([
    ["as it is", undefined],
    ["compressed with zstd", zstdCodec],
  ])("is read like its documents: %s", async (_, codec) => {
    const plain = await read(await binaryOf(sampleText("deltas.jsonl")));
    const writer = new ArchiveWriter("stepwire.v1.RunStepDeltaEvent", { codec });
    const parts = [writer.write(await documents("deltas.jsonl")), writer.end()];
    const reading = await read(joinBytes(parts));
    expect(reading).toMatchObject({ layout: "archive", form: "lines", documents: 4 });
    expect(textOf(reading)).toBe(textOf(plain));
    const third = await read(joinBytes(parts), { document: 2 });
    expect(third).toMatchObject({ layout: "archive", form: "json", documents: 4 });
  });

  it("that is damaged is read up to there", async () => {
    const writer = new ArchiveWriter("", { blockBytes: 1 });
    const parts = [writer.write(await documents("deltas.jsonl")), writer.end()];
    const bytes = joinBytes(parts);
    const [whole] = parts;
    const at = (whole?.length ?? 0) - 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const reading = await read(bytes);
    expect(reading).toMatchObject({ layout: "archive", documents: 3 });
    expect(reading.kind === "read" && reading.damage).toMatch(/checksum of a block.*offset \d+/);
  });
});

describe("a file", () => {
  it.each([
    ["gzip", gzipSync],
    ["zstd", zstdCompressSync],
  ] as const)("is decompressed: %s", async (compression, compress) => {
    const bytes = await binaryOf(sampleText("message.json"));
    const reading = await read(new Uint8Array(compress(bytes)));
    expect(reading).toMatchObject({ kind: "read", compression, size: bytes.length });
    const text = await read(new Uint8Array(compress(Buffer.from(sampleText("stream.sse")))));
    expect(text).toEqual({
      kind: "text",
      compression,
      spelling: "binary",
      size: 15_754,
      text: sampleText("stream.sse"),
    });
  });

  it("may spell the bytes", async () => {
    const bytes = await binaryOf(sampleText("message.json"));
    const hex = Buffer.from(Buffer.from(bytes).toString("hex"));
    expect(await read(new Uint8Array(hex))).toMatchObject({
      kind: "read",
      spelling: "hex",
      size: 122,
    });
  });

  it("that is text after all is opened as text", async () => {
    const text = "Hello, this is neither JSON nor bytes.\n";
    expect(await read(new Uint8Array(Buffer.from(text)))).toMatchObject({ kind: "text", text });
  });

  it.each([
    ["no bytes", [], /no bytes.*not empty/],
    ["damaged gzip", [0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7], /gzip data is damaged/],
    ["damaged zstd", [0x28, 0xb5, 0x2f, 0xfd, 0x04, 0, 1, 2], /zstd data is damaged/],
    [
      "a zstd frame that is too large",
      [0x28, 0xb5, 0x2f, 0xfd, 0xe0, 255, 255, 255, 255, 255, 0, 0, 0, 0],
      /larger than 256 MiB/,
    ],
    ["noise", [0xff, 0xff, 0xff, 1, 2, 3], /No type fits.*choose.*offset 0/],
  ])("that cannot be read says what to do: %s", async (_, bytes, problem) => {
    const reading = await read(Uint8Array.from(bytes));
    expect(reading.kind === "unreadable" && reading.problem).toMatch(problem);
  });
});

describe("text that spells bytes", () => {
  const bytes = Uint8Array.from([0x0a, 0x13, 0x73, 0x74, 0x65, 0x70, 0x5f, 0xff, 0xfb]);
  it.each([
    ["hex", "0a13737465705ffffb"],
    ["hex", "0A 13 73 74 65\n70 5F FF FB\n"],
    ["hex", "0x0a, 0x13, 0x73, 0x74, 0x65, 0x70, 0x5f, 0xff, 0xfb"],
    ["hex", String.raw`"\x0a\x13\x73\x74\x65\x70\x5f\xff\xfb"`],
    ["hex", "0a:13:73:74:65:70:5f:ff:fb"],
    ["hex", "00000000: 0a13 7374 6570 5fff fb                   ..step_.."],
    ["hex", "00000000  0a 13 73 74 65 70 5f ff  fb                       |..step_..|\n00000009"],
    ["base64", "ChNzdGVwX//7"],
    ["base64", "ChNzdGVwX__7"],
    ["base64", '"data:application/x-protobuf;base64,ChNzdGVwX//7"'],
  ] as const)("is recognized: %s, %s", (spelling, text) => {
    expect(detectSpelling(text)).toBe(spelling);
    expect(readSpelling(text, spelling)).toEqual(bytes);
  });

  it.each(["", "nothing", '{"a":1}', "data: x", "0a1", "hello world, hello", "abcdefghi"])(
    "is nothing else: %j",
    (text) => {
      expect(detectSpelling(text)).toBeUndefined();
    },
  );
});
