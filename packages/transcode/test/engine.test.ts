import { OpenAIJsonError } from "@stepwire/openai-json";
import { type ByteEngine, describeEngine } from "@stepwire/testing";
import { createTranscoder } from "../src/index.js";

describeEngine({
  name: "transcode",
  toBinary: (schema, json, options) => createTranscoder(schema, options).toBinary(json),
  toJson: (schema, binary, options) => createTranscoder(schema, options).toJson(binary),
  violationsOf: (error) => (error instanceof OpenAIJsonError ? error.violations : undefined),
} satisfies ByteEngine);
