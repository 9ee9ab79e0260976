import { toBinary } from "@bufbuild/protobuf";
import { DocumentSchema } from "@stepwire/core";
import { OpenAIJsonError, parseOpenAI } from "@stepwire/openai-json";
import { describe, expect, test } from "vitest";
import { createTranscoder } from "../src/index.js";

const transcoder = createTranscoder(DocumentSchema);

/** The kernel passes nested values in blocks of this size. */
const BLOCK = 64;

/** A chat completion whose tag comes last, after these members. */
function completion(content: string, members = ""): string {
  const choice = `{"index":0,"message":{"role":"assistant","content":"${content}","refusal":null},"logprobs":null,"finish_reason":"stop"}`;
  return `{${members}"choices":[${choice}],"id":"chatcmpl-1","created":1700000000,"model":"m","object":"chat.completion"}`;
}

function expectSame(json: string): void {
  const expected = toBinary(DocumentSchema, parseOpenAI(DocumentSchema, json));
  expect(Buffer.compare(transcoder.toBinary(Buffer.from(json)), expected), json).toBe(0);
}

const texts: Readonly<Record<string, string>> = {
  brackets: "]}[{",
  "quotes and brackets": '\\"]}\\"[{\\"',
  "backslashes before brackets": "\\\\]}\\\\\\\\[{",
  "backslashes and quotes": '\\\\\\"]}\\\\\\\\\\"[{',
  "many backslashes": "\\\\".repeat(70),
  "many quotes": '\\"'.repeat(70),
  "characters beyond ASCII": "é€😀\\ud83d\\ude00",
};

const members: Readonly<Record<string, string>> = {
  "a string of every size": "",
  "an escaped name": '"\\u0061b":1,',
  "null and a boolean": '"a":null,"b":true,',
  numbers: '"a":-1,"b":1.5e3,"c":12345678901234567890,',
  "white space": '\n  "a" : [ 1 , { } ] ,\n  "b":"c" ,\n  ',
  "empty values": '"a":[],"b":{},"c":"",',
  "lists in lists": '"a":[[[["]"]]],[{"b":[{}]}]],',
  "the name of the tag in other objects": '"a":{"object":"thread"},"b":["object"],',
};

describe("a document whose tag comes last", () => {
  test.each(Object.entries(texts))("after %s in a text", (_, text) => {
    for (let size = 0; size < 2 * BLOCK; size++) {
      expectSame(completion("x".repeat(size) + text));
      expectSame(completion(text + "x".repeat(size)));
    }
    expect(transcoder.fallbacks).toBe(0);
  });

  test.each(Object.entries(members))("after %s", (_, before) => {
    for (let size = 0; size < 2 * BLOCK; size++) {
      expectSame(completion("c", `"first":"${"x".repeat(size)}",${before}`));
    }
    expect(transcoder.fallbacks).toBe(0);
  });

  test("is refused if it is cut off or has a control in a text", () => {
    const json = completion(Object.values(texts).join(""), members["lists in lists"]);
    expect(() => transcoder.toBinary(Buffer.from(json))).not.toThrow();
    for (let end = 0; end < json.length; end++) {
      const cut = Buffer.from(json.slice(0, end));
      expect(() => transcoder.toBinary(cut), json.slice(0, end)).toThrow(OpenAIJsonError);
    }
    expect(() => transcoder.toBinary(Buffer.from(completion("]}\n")))).toThrow(OpenAIJsonError);
    expect(() => transcoder.toBinary(Buffer.from(completion("]}\\x")))).toThrow(OpenAIJsonError);
  });
});
