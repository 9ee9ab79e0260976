import { create } from "@bufbuild/protobuf";
import { RunStepListSchema, RunStepSchema } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import {
  check,
  fromOpenAI,
  type Mode,
  OpenAIJsonError,
  parseOpenAI,
  stringifyOpenAI,
  toOpenAI,
} from "../src/index.js";
import { messageStep } from "./run-steps.js";

const text = JSON.stringify(messageStep);

describe("mode", () => {
  it.each(["Strict", "", "constructor", "toString", "__proto__", "hasOwnProperty", null, 0])(
    "refuses %s",
    (mode) => {
      // What JavaScript callers may pass.
      const options = { mode: mode as Mode };
      for (const call of [
        () => check(RunStepSchema, messageStep, options),
        () => fromOpenAI(RunStepSchema, messageStep, options),
        () => parseOpenAI(RunStepSchema, text, options),
      ]) {
        expect(call).toThrow(RangeError);
        expect(call).toThrow(
          `mode is "strict", "preserve" or "archive", not ${JSON.stringify(mode)}`,
        );
      }
    },
  );

  it("is preserve by default", () => {
    for (const options of [undefined, {}, { mode: undefined }]) {
      expect(check(RunStepSchema, { ...messageStep, extra: 1 }, options)).toEqual([]);
      expect(check(RunStepSchema, {}, options)).not.toEqual([]);
    }
  });
});

describe.each(["maxDepth", "maxBytes", "maxViolations"] as const)("%s", (name) => {
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "1", null])("refuses %s", (value) => {
    // What JavaScript callers may pass.
    const options = { [name]: value as number };
    const call = (): unknown => parseOpenAI(RunStepSchema, text, options);
    expect(call).toThrow(RangeError);
    expect(call).toThrow(`${name} is an integer from 1 to `);
  });

  it("has a default", () => {
    expect(parseOpenAI(RunStepSchema, text, { [name]: undefined }).id).toBe("step_1");
  });
});

describe("maxDepth", () => {
  it("is at most 1,000, to read and to write", () => {
    const message = fromOpenAI(RunStepSchema, messageStep);
    for (const call of [
      () => parseOpenAI(RunStepSchema, text, { maxDepth: 1001 }),
      () => check(RunStepSchema, messageStep, { maxDepth: 1001 }),
      () => toOpenAI(RunStepSchema, message, { maxDepth: 1001 }),
      () => stringifyOpenAI(RunStepSchema, message, { maxDepth: 1001 }),
      () => stringifyOpenAI(RunStepSchema, message, { maxDepth: 0 }),
    ]) {
      expect(call).toThrow("maxDepth is an integer from 1 to 1000, not ");
    }
  });

  it("holds for values, at both ends", () => {
    // The step, its details and the message: three levels.
    const message = fromOpenAI(RunStepSchema, messageStep, { maxDepth: 3 });
    expect(check(RunStepSchema, messageStep, { maxDepth: 2 })).toMatchObject([
      { code: "too_deep", pointer: "/step_details/message_creation" },
    ]);
    expect(toOpenAI(RunStepSchema, message, { maxDepth: 3 })).toEqual(messageStep);
    expect(() => toOpenAI(RunStepSchema, message, { maxDepth: 2 })).toThrow(
      "/step_details/message_creation: too_deep",
    );
  });
});

describe("maxBytes", () => {
  it("counts bytes of UTF-8, of text and of bytes", () => {
    const json = '{"a":"é😀"}';
    const bytes = new TextEncoder().encode(json);
    for (const given of [json, bytes]) {
      const options = { mode: "archive", maxBytes: bytes.length } as const;
      expect(parseOpenAI(RunStepListSchema, given, options).jsonResidue).toBeDefined();
      expect(() =>
        parseOpenAI(RunStepListSchema, given, { ...options, maxBytes: bytes.length - 1 }),
      ).toThrow(`expected at most ${bytes.length - 1} bytes, found ${bytes.length} bytes`);
    }
  });

  it("is 64 MiB by default", () => {
    const bytes = new Uint8Array(64 * 1024 * 1024 + 1);
    expect(() => parseOpenAI(RunStepListSchema, bytes)).toThrow("too_large");
  });
});

describe("maxViolations", () => {
  const value = { ...messageStep, a: 1, b: 2, c: 3, d: 4 };

  it.each([1, 2, 3, 4, 5])("ends the reading after %i", (maxViolations) => {
    const options = { mode: "strict", maxViolations } as const;
    const expected = ["/a", "/b", "/c", "/d"].slice(0, maxViolations);
    expect(check(RunStepSchema, value, options).map(({ pointer }) => pointer)).toEqual(expected);
    expect(parsedPointers(JSON.stringify(value), options)).toEqual(expected);
  });

  it("is 1,000 by default", () => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`m${index}`, 1]));
    expect(check(RunStepListSchema, many, { mode: "strict" })).toHaveLength(1000);
  });

  it("holds for what every mode refuses, too", () => {
    const duplicates = `{${Array.from({ length: 2000 }, () => '"a":1').join(",")}}`;
    expect(parsedPointers(duplicates, { mode: "archive" })).toHaveLength(1000);
    expect(parsedPointers(duplicates, { mode: "archive", maxViolations: 3 })).toHaveLength(3);
  });

  it("holds for a message that is written", () => {
    const message = create(RunStepListSchema, { data: Array.from({ length: 2000 }, () => ({})) });
    expect(() => stringifyOpenAI(RunStepListSchema, message)).toThrow("missing_member");
  });
});

function parsedPointers(json: string, options: Parameters<typeof parseOpenAI>[2]): string[] {
  try {
    parseOpenAI(RunStepSchema, json, options);
  } catch (error) {
    if (error instanceof OpenAIJsonError) {
      return error.violations.map(({ pointer }) => pointer);
    }
    throw error;
  }
  return [];
}
