import { type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { RunStepDeltaSchema, RunStepListSchema, RunStepSchema } from "@stepwire/core";
import {
  check,
  fromOpenAI,
  inspectResidue,
  type Mode,
  OpenAIJsonError,
  stripResidue,
  toOpenAI,
} from "@stepwire/openai-json";
import { describeProperties, documentCount, type MessageEngine } from "@stepwire/testing";
import { afterAll, expect } from "vitest";
import { createTranscoder } from "../src/index.js";

type Transcoder = ReturnType<typeof createTranscoder>;

const maxViolations = 1_000_000;
const transcoders = new Map<string, Transcoder>();

function transcoderOf(schema: DescMessage, mode: Mode): Transcoder {
  const key = `${schema.typeName} ${mode}`;
  const transcoder = transcoders.get(key) ?? createTranscoder(schema, { mode });
  transcoders.set(key, transcoder);
  return transcoder;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Converts between texts and messages with the transcoder, and values with the reference engine.
 */
const engine: MessageEngine = {
  parse: (schema, json, mode) =>
    fromBinary(schema, transcoderOf(schema, mode).toBinary(encoder.encode(String(json)))),
  stringify: (schema, message) =>
    decoder.decode(transcoderOf(schema, "preserve").toJson(toBinary(schema, message))),
  violationsOf: (error) => (error instanceof OpenAIJsonError ? error.violations : undefined),
  fromValue: (schema, value, mode) => fromOpenAI(schema, value, { mode, maxViolations }),
  toValue: (schema, message) => toOpenAI(schema, message),
  check: (schema, value, mode) => check(schema, value, { mode, maxViolations }),
  residueKinds: (schema, message) => inspectResidue(schema, message).map(({ kind }) => kind),
  stripResidue: (schema, message) => stripResidue(schema, message),
};

const schemas = [RunStepSchema, RunStepDeltaSchema, RunStepListSchema];

afterAll(() => {
  const all = [...transcoders.values()];
  expect(all.reduce((sum, { fallbacks }) => sum + fallbacks, 0)).toBe(0);
});

describeProperties(engine, schemas, Math.ceil(documentCount() / 4));
