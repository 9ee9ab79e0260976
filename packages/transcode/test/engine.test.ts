import type { DescMessage } from "@bufbuild/protobuf";
import { OpenAIJsonError } from "@stepwire/openai-json";
import { type ByteEngine, type ByteEngineOptions, describeEngine } from "@stepwire/testing";
import { afterAll, expect } from "vitest";
import { createTranscoder, type Transcoder } from "../src/index.js";

/** Cases share transcoders, as a program's documents do: no state may leak from one to the next. */
const transcoders = new Map<DescMessage, Map<string, Transcoder>>();

function transcoderOf(schema: DescMessage, options: ByteEngineOptions): Transcoder {
  const ofSchema = transcoders.get(schema) ?? new Map<string, Transcoder>();
  transcoders.set(schema, ofSchema);
  const key = JSON.stringify(options);
  const transcoder = ofSchema.get(key) ?? createTranscoder(schema, options);
  ofSchema.set(key, transcoder);
  return transcoder;
}

afterAll(() => {
  const all = [...transcoders.values()].flatMap((ofSchema) => [...ofSchema.values()]);
  expect(all.reduce((sum, { fallbacks }) => sum + fallbacks, 0)).toBe(0);
});

describeEngine({
  name: "transcode",
  toBinary: (schema, json, options) => transcoderOf(schema, options).toBinary(json),
  toJson: (schema, binary, options) => transcoderOf(schema, options).toJson(binary),
  violationsOf: (error) => (error instanceof OpenAIJsonError ? error.violations : undefined),
} satisfies ByteEngine);
