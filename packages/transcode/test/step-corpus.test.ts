import { type DescMessage, equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import { RunStepDeltaSchema, RunStepListSchema, RunStepSchema } from "@stepwire/core";
import { type Mode, OpenAIJsonError, parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import {
  type CorpusDocument,
  corpusDocuments,
  describeWithCorpus,
  jsonDifference,
} from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { createTranscoder } from "../src/index.js";

const schemas: Record<CorpusDocument["type"], DescMessage> = {
  run_step: RunStepSchema,
  run_step_delta: RunStepDeltaSchema,
  run_step_list: RunStepListSchema,
};

/** Why the mode preserve refuses a document; no other is refused. */
const refused: Record<string, string[]> = {
  // PHP writes [] for an empty object.
  "run_step/017-openai-php-three-tools.json": ["wrong_type /step_details/tool_calls/2/file_search"],
};

function refusalOf(action: () => void): string[] {
  try {
    action();
    return [];
  } catch (reason) {
    if (!(reason instanceof OpenAIJsonError)) {
      throw reason;
    }
    return reason.violations.map(({ code, pointer }) => `${code} ${pointer}`);
  }
}

/** Converts a document to binary and back with both engines, and compares what they write. */
function expectLossless({ type, bytes }: CorpusDocument, mode: Mode): void {
  const schema = schemas[type];
  const json = Buffer.from(bytes).toString();
  const transcoder = createTranscoder(schema, { mode });
  const binary = transcoder.toBinary(bytes);
  const message = parseOpenAI(schema, json, { mode });
  expect(equals(schema, fromBinary(schema, binary), message)).toBe(true);
  expect(binary).toHaveLength(toBinary(schema, message).length);
  const text = Buffer.from(transcoder.toJson(binary)).toString();
  expect(text).toBe(stringifyOpenAI(schema, message));
  expect(jsonDifference(text, json)).toBeUndefined();
  expect(transcoder.fallbacks).toBe(0);
}

describeWithCorpus("documents of run steps", () => {
  describe("come back from both engines in mode archive", () => {
    it.each(corpusDocuments())("$name", (document) => expectLossless(document, "archive"));
  });

  describe("come back from both engines in mode preserve, or are refused for a reason", () => {
    it.each(corpusDocuments())("$name", (document) => {
      const reasons = refused[document.name];
      if (reasons === undefined) {
        expectLossless(document, "preserve");
        return;
      }
      const schema = schemas[document.type];
      const json = Buffer.from(document.bytes).toString();
      const transcoder = createTranscoder(schema, { mode: "preserve" });
      expect(refusalOf(() => transcoder.toBinary(document.bytes))).toEqual(reasons);
      expect(refusalOf(() => parseOpenAI(schema, json, { mode: "preserve" }))).toEqual(reasons);
    });
  });
});
