import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ApiErrorSchema, RunStepSchema } from "@stepwire/core";
import { OpenAIJsonError, stringifyOpenAI } from "@stepwire/openai-json";
import { describe, expect, test } from "vitest";
import { createTranscoder } from "../src/index.js";

const decoder = new TextDecoder();

/** A run step without its metadata. */
const base = "0a017310011a01722201612a01743001";
const typed = "38076a050a030a016d";

const malformed = {
  "a Value that a duplicate key replaces": `${base}${typed}7a080a016b12031a01ff7a080a016b12031a0178`,
  "a text of the residue, the field of which is set": `${base}${typed}fa7f090a070a0269641201ff`,
};

/** A number of 5 bytes whose lower 32 bits are zero. */
const zero = "8080808010";
const zeroEnum = `0a017310011a01722201612a0174${"30"}${zero}3807${"6a050a030a016d"}fa7f0e0a0c0a0474797065120422616222`;

describe("binary that is overwritten", () => {
  test.each(Object.entries(malformed))("issue 11.27: %s is refused", (_, hex) => {
    const transcoder = createTranscoder(RunStepSchema);
    const binary = Buffer.from(hex, "hex");
    expect(() => fromBinary(RunStepSchema, binary)).toThrow();
    expect(codesOf(() => transcoder.toJson(binary))).toEqual(["malformed_binary"]);
    const line = transcoder.unpackLines(Uint8Array.of(binary.length, ...binary));
    expect(line.documents).toBe(0);
    expect(line.refused?.error.violations[0]?.code).toBe("malformed_binary");
    expect(transcoder.fallbacks).toBe(0);
  });

  test("issue 11.28: an enum that is 0 in 32 bits has the text of the residue", () => {
    const transcoder = createTranscoder(RunStepSchema);
    const binary = Buffer.from(zeroEnum, "hex");
    const json = decoder.decode(transcoder.toJson(binary));
    expect(json).toBe(stringifyOpenAI(RunStepSchema, fromBinary(RunStepSchema, binary)));
    expect(json).toContain('"type":"ab"');
    expect(transcoder.fallbacks).toBe(0);
  });
});

describe("messages within messages", () => {
  const values = (levels: number): Uint8Array => {
    let binary: Uint8Array = Uint8Array.of(0x20, 1);
    for (let level = 0; level < levels; level++) {
      binary = field(6, field(1, binary));
    }
    return field(4, binary);
  };

  test("issue 11.30: what is written can be read by Protobuf's libraries", () => {
    const transcoder = createTranscoder(ApiErrorSchema, { mode: "archive", maxDepth: 1000 });
    for (let levels = 1; levels < 999; levels += levels < 110 ? 1 : 37) {
      for (const [before, after] of [
        ["[", "]"],
        ['{"a":', "}"],
      ] as const) {
        const text = `{"code":${before.repeat(levels)}1${after.repeat(levels)}}`;
        const binary = transcoder.toBinary(new TextEncoder().encode(text));
        const message = fromBinary(ApiErrorSchema, binary);
        expect(Buffer.compare(toBinary(ApiErrorSchema, message), binary)).toBe(0);
      }
    }
    expect(transcoder.fallbacks).toBe(0);
  });

  test("issue 11.30: the kernel reads as deep as protobuf-es", () => {
    for (const maxDepth of [100, 1000]) {
      const transcoder = createTranscoder(ApiErrorSchema, { maxDepth });
      for (let levels = 1; levels < 999; levels += levels < 110 ? 1 : 37) {
        const binary = values(levels);
        const theirs = codesOf(() => fromBinary(ApiErrorSchema, binary));
        expect(
          codesOf(() => transcoder.toJson(binary)),
          `${levels} levels`,
        ).toEqual(theirs);
      }
      expect(transcoder.fallbacks).toBe(0);
    }
  });

  test("issue 11.30: each message of a batch is counted anew", () => {
    const transcoder = createTranscoder(ApiErrorSchema);
    const sized = (binary: Uint8Array): Uint8Array => field(0, binary).subarray(1);
    const chunk = Buffer.concat([1, 49, 30, 50, 49].map((levels) => sized(values(levels))));
    const { documents, refused } = transcoder.unpackLines(chunk);
    expect([documents, refused?.index]).toEqual([3, 3]);
    expect(refused?.error.violations[0]).toMatchObject({
      code: "malformed_binary",
      found: expect.stringContaining("maximum recursion depth of 100"),
    });
    const rest = transcoder.unpackLines(chunk.subarray(refused?.end));
    expect(rest.documents).toBe(1);
  });
});

function field(number: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(number * 8 + 2, ...varint(content.length)), content]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >> 7)];
}

function codesOf(convert: () => unknown): string[] {
  try {
    convert();
    return [];
  } catch (error) {
    return OpenAIJsonError.from(error).violations.map(({ code }) => code);
  }
}
