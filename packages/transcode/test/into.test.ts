import { toBinary } from "@bufbuild/protobuf";
import { RunStepSchema } from "@stepwire/core";
import { fromOpenAI, OpenAIJsonError } from "@stepwire/openai-json";
import { runStepObject } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { createTranscoder, TargetTooSmallError, type Transcoder } from "../src/index.js";

const encoder = new TextEncoder();
/** Not a byte of any output below. */
const FILLER = 0xee;

function step(text: string): Uint8Array<ArrayBuffer> {
  const details = {
    type: "tool_calls",
    tool_calls: [
      { id: "call_1", type: "code_interpreter", code_interpreter: { input: text, outputs: [] } },
    ],
  };
  return encoder.encode(
    JSON.stringify({ ...runStepObject(), type: "tool_calls", step_details: details }),
  );
}

const transcoder = createTranscoder(RunStepSchema);

/** Both directions: what they convert, and into what. */
const directions = [
  {
    name: "toBinaryInto",
    input: (text: string) => step(text),
    whole: (input: Uint8Array) => transcoder.toBinary(input),
    into: (input: Uint8Array, target: Uint8Array, offset?: number) =>
      transcoder.toBinaryInto(input, target, offset),
    refused: encoder.encode('{"object":"thread.run.step"}'),
  },
  {
    name: "toJsonInto",
    input: (text: string) => transcoder.toBinary(step(text)),
    whole: (input: Uint8Array) => transcoder.toJson(input),
    into: (input: Uint8Array, target: Uint8Array, offset?: number) =>
      transcoder.toJsonInto(input, target, offset),
    refused: Uint8Array.of(0x0a),
  },
];

describe.each(directions)("$name", ({ input, whole, into, refused }) => {
  it.each([0, 1, 63, 64, 65, 200, 8_200, 100_000])(
    "writes an output of %i and more bytes",
    (size) => {
      const document = input("x".repeat(size));
      const expected = whole(document);
      const target = new Uint8Array(expected.length + 200).fill(FILLER);
      expect(into(document, target, 50)).toBe(expected.length);
      const end = 50 + expected.length;
      expect(Buffer.from(target.subarray(50, end)).equals(expected)).toBe(true);
      expect(target.subarray(0, 50)).toEqual(new Uint8Array(50).fill(FILLER));
      expect(
        [...new Set(target.subarray(end, end + 63))].every((byte) => byte === FILLER || !byte),
      ).toBe(true);
      expect(target.subarray(end + 63)).toEqual(new Uint8Array(87).fill(FILLER));
    },
  );

  it("writes at the start if there is no offset", () => {
    const document = input("text");
    const target = new Uint8Array(2_000);
    const size = into(document, target);
    expect(target.subarray(0, size)).toEqual(whole(document));
  });

  it.each([0, 10])("fills a target of exactly the size, from offset %i", (offset) => {
    const document = input("text");
    const expected = whole(document);
    const target = new Uint8Array(offset + expected.length);
    expect(into(document, target, offset)).toBe(expected.length);
    expect(target.subarray(offset)).toEqual(expected);
  });

  it.each([1, 100_000])("refuses a target that is too small for a text of %i", (size) => {
    const document = input("x".repeat(size));
    const needed = whole(document).length;
    const target = new Uint8Array(needed + 4).fill(FILLER);
    const attempt = (): number => into(document, target, 5);
    expect(attempt).toThrow(TargetTooSmallError);
    expect(attempt).toThrow(
      expect.objectContaining({
        needed,
        available: needed - 1,
        message: `the output has ${needed} bytes; the target has room for ${needed - 1}`,
      }),
    );
    expect(target).toEqual(new Uint8Array(needed + 4).fill(FILLER));
  });

  it.each([-1, 0.5, 11, Number.NaN])("refuses the offset %d", (offset) => {
    expect(() => into(input("text"), new Uint8Array(10), offset)).toThrow(RangeError);
  });

  it("leaves the target alone if the document is refused", () => {
    const target = new Uint8Array(500).fill(FILLER);
    expect(() => into(refused, target)).toThrow(OpenAIJsonError);
    expect(target).toEqual(new Uint8Array(500).fill(FILLER));
  });

  it("may write over its input", () => {
    const document = input("y".repeat(300));
    const expected = whole(document);
    const target = new Uint8Array(3_000);
    target.set(document);
    const size = into(target.subarray(0, document.length), target, 7);
    expect(target.subarray(7, 7 + size)).toEqual(expected);
  });

  it("writes nothing of an earlier document behind a shorter one", () => {
    const secret = input("secret ".repeat(50));
    const document = input("text");
    const target = new Uint8Array(2_000).fill(FILLER);
    whole(secret);
    const size = into(document, target);
    expect(new Set(target.subarray(size))).toEqual(new Set([0, FILLER]));
    whole(secret);
    // Results that share a buffer do not show other documents either.
    const output = whole(document);
    const behind = new Uint8Array(output.buffer, output.byteOffset + output.length, 63);
    expect(new Set(behind)).toEqual(new Set([0]));
  });
});

it("toBinaryInto writes what the reference engine writes", () => {
  const json = step("text with “quotes”\n");
  const target = new Uint8Array(2_000);
  const size = transcoder.toBinaryInto(json, target);
  const message = fromOpenAI(RunStepSchema, JSON.parse(new TextDecoder().decode(json)));
  expect(target.subarray(0, size)).toEqual(toBinary(RunStepSchema, message));
});

describe("memory", () => {
  const large = step("x".repeat(30_000_000));
  const small = step("text");
  const megabytes = ({ memorySize }: Transcoder): number => memorySize / (1024 * 1024);

  it("of a huge document is released before a small one", () => {
    const own = createTranscoder(RunStepSchema);
    own.toBinary(large);
    own.toBinary(small);
    expect(megabytes(own)).toBeLessThan(4);
  });

  it("of a huge document serves the next one", () => {
    const own = createTranscoder(RunStepSchema);
    const first = own.toBinary(large);
    const size = megabytes(own);
    expect(own.toBinary(large).length).toBe(first.length);
    expect(megabytes(own)).toBe(size);
  });
});
