import { toBinary } from "@bufbuild/protobuf";
import { MessageCreationSchema } from "@stepwire/core";
import { OpenAIJsonError, parseOpenAI } from "@stepwire/openai-json";
import { describe, expect, test } from "vitest";
import { createTranscoder } from "../src/index.js";

/** The kernel searches long texts in blocks of this size, and copies them in chunks. */
const BLOCK = 64;
const CHUNK = 512;

/** Where the sequences start: around the end of the first block and of the first two chunks. */
const starts = [BLOCK, 2 * BLOCK, CHUNK, 2 * CHUNK].flatMap((end) =>
  Array.from({ length: 30 }, (_, index) => end - 24 + index),
);

const valid: Readonly<Record<string, string>> = {
  "short escapes": '\\n\\"\\/\\t\\r\\b\\f\\\\',
  "one backslash": "\\\\",
  "two backslashes": "\\\\\\\\",
  "three backslashes and a line feed": "\\\\\\\\\\\\\\n",
  "backslashes before a quote": '\\\\\\\\\\\\\\"',
  "many backslashes": "\\\\".repeat(70),
  "many quotes": '\\"'.repeat(70),
  "code units": "\\u0041\\u00e9\\u20ac",
  "a surrogate pair": "\\ud83d\\ude00",
  "surrogate pairs and escapes": "\\ud83d\\ude00\\ud83d\\ude00\\n\\ud83d\\ude00",
  "characters beyond ASCII": "é€😀\\né€😀",
};

const invalid: Readonly<Record<string, string>> = {
  "an unknown escape": "\\x",
  "a cut off code unit": "\\u12",
  "a control": "\n",
  "a control after a backslash": "\\\n",
  "a quote after two backslashes": '\\\\"',
};

const transcoder = createTranscoder(MessageCreationSchema);

/** Some documents with a sequence at every start, followed by further text or not. */
function documentsWith(sequence: string): string[] {
  return starts.flatMap((start) =>
    ["", "y\\n", "y".repeat(2 * CHUNK)].map(
      (rest) => `{"message_id":"${"x".repeat(start)}${sequence}${rest}"}`,
    ),
  );
}

describe("escapes at every place of a long text", () => {
  test.each(Object.entries(valid))("%s", (_, sequence) => {
    for (const json of documentsWith(sequence)) {
      const expected = toBinary(MessageCreationSchema, parseOpenAI(MessageCreationSchema, json));
      expect(Buffer.compare(transcoder.toBinary(Buffer.from(json)), expected), json).toBe(0);
    }
    expect(transcoder.fallbacks).toBe(0);
  });

  test.each(Object.entries(invalid))("%s is refused", (_, sequence) => {
    for (const json of documentsWith(sequence)) {
      expect(() => transcoder.toBinary(Buffer.from(json)), json).toThrow(OpenAIJsonError);
    }
  });

  test("a text that is cut off is refused", () => {
    const [json = ""] = documentsWith(Object.values(valid).join(""));
    for (let end = json.length - 1; end > 0; end--) {
      expect(() => transcoder.toBinary(Buffer.from(json.slice(0, end)))).toThrow(OpenAIJsonError);
    }
  });

  test("half of a surrogate pair is kept, or refused in strict mode", () => {
    const strict = createTranscoder(MessageCreationSchema, { mode: "strict" });
    for (const half of ["\\ud83d", "\\ude00", "\\ud83d\\n", "\\ud83d\\ud83d"]) {
      for (const json of documentsWith(half)) {
        const expected = toBinary(MessageCreationSchema, parseOpenAI(MessageCreationSchema, json));
        expect(Buffer.compare(transcoder.toBinary(Buffer.from(json)), expected), json).toBe(0);
        expect(() => strict.toBinary(Buffer.from(json)), json).toThrow(OpenAIJsonError);
      }
    }
    expect(transcoder.fallbacks).toBe(0);
  });
});
