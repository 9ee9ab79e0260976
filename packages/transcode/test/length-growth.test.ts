import { type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ApiErrorSchema, MessageCreationSchema, RunStepDeltaSchema } from "@stepwire/core";
import { parseOpenAI } from "@stepwire/openai-json";
import { compileSchemas } from "@stepwire/testing";
import { describe, expect, test } from "vitest";
import { createTranscoder } from "../src/index.js";

const maxBytes = 2 ** 31 - 1;
const encoder = new TextEncoder();
const messages = createTranscoder(MessageCreationSchema, { maxBytes });

/** The sizes at which the varint of a length takes another byte. */
const sizes = { "2^7": 2 ** 7, "2^14": 2 ** 14, "2^21": 2 ** 21 } as const;

/** The kernel moves a text this many bytes before its length grows, or up to a chunk later. */
const SLACK = 1024;
const CHUNK = 512;

/**
 * Returns every size within 200 bytes of the given one; for large sizes, only every 25th. Also
 * those next to a limit of the kernel's loops.
 */
function around(size: number): number[] {
  const step = size <= 2 ** 14 ? 1 : 25;
  const near = Array.from({ length: 401 }, (_, index) => index - 200).filter(
    (distance) => distance % step === 0,
  );
  const critical = [0, -SLACK, -SLACK + CHUNK, -CHUNK].flatMap((place) =>
    [-64, 0, 64].flatMap((block) => [-2, -1, 0, 1, 2].map((more) => place + block + more)),
  );
  return [...new Set([...near, ...critical])]
    .map((distance) => size + distance)
    .filter((each) => each >= 0);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 0x80))];
}

const before = encoder.encode('{"message_id":"');
const after = encoder.encode('"}');

/** Returns a document with a text of `size` bytes, and its message. */
function plain(size: number): { readonly json: Uint8Array; readonly binary: Uint8Array } {
  const json = new Uint8Array(before.length + size + after.length).fill(0x61);
  json.set(before);
  json.set(after, before.length + size);
  const head = size === 0 ? [] : [0x0a, ...varint(size)];
  const binary = new Uint8Array(head.length + size).fill(0x61);
  binary.set(head);
  return { json, binary };
}

/** Compares without a copy, and without millions of bytes in the failure report. */
function expectSame(actual: Uint8Array, expected: Uint8Array, what: string): void {
  expect(Buffer.compare(actual, expected), what).toBe(0);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Returns a text of `size` bytes in all possible spellings. */
function spelled(size: number): string {
  const escapes = '\\n\\u00e9\\ud83d\\ude00é😀\\"';
  const bytes = 16;
  return size < bytes ? "x".repeat(size) : escapes + "x".repeat(size - bytes);
}

describe("issue 11.1: texts of every size at which a length grows", () => {
  test.each(Object.entries(sizes))("%s bytes, one by one and in batches", (_, size) => {
    const documents = around(size).map(plain);
    for (const { json, binary } of documents) {
      expectSame(messages.toBinary(json), binary, `${json.length} bytes to binary`);
      expectSame(messages.toJson(binary), json, `${json.length} bytes to JSON`);
    }
    const some = documents.slice(0, size > 2 ** 14 ? 8 : undefined);
    const lines = joined(some.flatMap(({ json }) => [json, Uint8Array.of(0x0a)]));
    const archive = joined(
      some.flatMap(({ binary }) => [Uint8Array.from(varint(binary.length)), binary]),
    );
    expectSame(messages.packLines(lines).output, archive, "lines to messages");
    expectSame(messages.unpackLines(archive).output, lines, "messages to lines");
    expect(messages.fallbacks).toBe(0);
  });

  const kindsSchema = compileSchemas()("Kinds");
  type Document = readonly [schema: DescMessage, json: string];
  const places: Readonly<Record<string, (text: string) => Document>> = {
    "a text of escapes": (text: string) => [MessageCreationSchema, `{"message_id":"${text}"}`],
    "an unknown member": (text: string) => [
      MessageCreationSchema,
      `{"message_id":"m","x":[ "${text}" ]}`,
    ],
    "the name of an unknown member": (text: string) => [
      MessageCreationSchema,
      `{"message_id":"m","${text}":1}`,
    ],
    "a Value": (text: string) => [
      ApiErrorSchema,
      `{"code":"${text}","message":"","param":null,"type":""}`,
    ],
    "a name and a text in a Value": (text: string) => [
      ApiErrorSchema,
      `{"code":{"${text}":["${text}"]},"message":"","param":null,"type":""}`,
    ],
    "messages within messages": (text: string) => [
      RunStepDeltaSchema,
      `{"id":"s","object":"thread.run.step.delta","delta":{"step_details":{"type":"message_creation","message_creation":{"message_id":"${text}"}}}}`,
    ],
    "unions by kind": (text: string) => [
      kindsSchema,
      `{"content":"${text}","nullable_content":["${text}"],"contents":["${text}"],"stop":"${text}","required_mode":"none","required_stop":["${text}"]}`,
    ],
  };
  test.each(Object.entries(places))("%s, as the reference engine has it", (_, place) => {
    const [schema] = place("");
    const transcoder = createTranscoder(schema, { mode: "archive" });
    for (const size of [...around(2 ** 7), ...around(2 ** 14).filter((each) => each % 7 === 0)]) {
      const json = encoder.encode(place(spelled(size))[1]);
      const binary = transcoder.toBinary(json);
      const expected = parseOpenAI(schema, json, { mode: "archive" });
      expectSame(binary, toBinary(schema, expected), `a text of ${size} bytes`);
      expectSame(
        transcoder.toBinary(transcoder.toJson(binary)),
        toBinary(schema, fromBinary(schema, binary)),
        `a text of ${size} bytes and back`,
      );
      expect(transcoder.fallbacks).toBe(0);
    }
  });

  // Each takes a gigabyte of memory, so there are only two: before this length grows, and after.
  test("2^28 - 1024 bytes", { timeout: 120_000 }, () => {
    const { json, binary } = plain(2 ** 28 - SLACK);
    expectSame(messages.toBinary(json), binary, "to binary");
    expectSame(messages.toJson(binary), json, "to JSON");
    expect(messages.fallbacks).toBe(0);
  });

  test("2^28 + 200 bytes in a batch", { timeout: 120_000 }, () => {
    const { json, binary } = plain(2 ** 28 + 200);
    const packed = messages.packLines(json);
    expect(packed.documents).toBe(1);
    const prefix = varint(binary.length);
    expectSame(packed.output.subarray(prefix.length), binary, "a line to a message");
    const unpacked = messages.unpackLines(packed.output);
    expectSame(unpacked.output.subarray(0, -1), json, "a message to a line");
  });
});
