import { toBinary } from "@bufbuild/protobuf";
import { ResponseRequestSchema } from "@stepwire/core/responses";
import { parseOpenAI } from "@stepwire/openai-json";
import { expect, it } from "vitest";
import { createTranscoder } from "../src/index.js";

it.each([
  { what: "a reference", item: '{"id":"msg_1"}' },
  { what: "a message", item: '{"role":"user","content":"Hello"}' },
])("issue 17: an item without a type may be $what", ({ item }) => {
  const json = `{"input":[${item}],"model":"m"}`;
  const transcoder = createTranscoder(ResponseRequestSchema, { mode: "strict" });
  const binary = transcoder.toBinary(Buffer.from(json));
  expect(JSON.parse(Buffer.from(transcoder.toJson(binary)).toString())).toEqual(JSON.parse(json));
  const message = parseOpenAI(ResponseRequestSchema, json, { mode: "strict" });
  expect(Buffer.compare(binary, toBinary(ResponseRequestSchema, message))).toBe(0);
  expect(transcoder.fallbacks).toBe(0);
});
