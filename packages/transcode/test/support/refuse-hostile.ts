/*
 * A program that converts a hostile document of a kind and a size in MB, and prints the
 * violation. memory.test.ts runs it with a small heap.
 */
import { RunStepListSchema } from "@stepwire/core";
import { OpenAIJsonError } from "@stepwire/openai-json";
import { createTranscoder, type TranscoderOptions } from "../../src/index.js";
import { hostile } from "./hostile.js";

const [kind = "", megabytes = "1"] = process.argv.slice(2);
const make = hostile[kind];
if (make === undefined) {
  throw new Error(`no hostile document ${kind}`);
}
const { json, binary, mode } = make(Number(megabytes) * 1_000_000);
const options: TranscoderOptions = { mode };
const transcoder = createTranscoder(RunStepListSchema, options);
try {
  if (json !== undefined) {
    transcoder.toBinary(json);
  } else if (binary !== undefined) {
    transcoder.toJson(binary);
  }
  process.stdout.write("accepted");
} catch (error) {
  const violations = error instanceof OpenAIJsonError ? error.violations : [];
  process.stdout.write(`${violations.length} ${violations[0]?.code}`);
}
