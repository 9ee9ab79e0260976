import { type DescMessage, equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  AssistantListSchema,
  AssistantSchema,
  DocumentSchema,
  RunListSchema,
  RunSchema,
  ThreadMessageListSchema,
  ThreadMessageSchema,
  ThreadSchema,
} from "@stepwire/core";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import {
  type CorpusThreadDocument,
  corpusThreadDocuments,
  describeWithCorpus,
  jsonDifference,
} from "@stepwire/testing";
import { expect, it } from "vitest";
import { createTranscoder } from "../src/index.js";

const schemas: Record<string, DescMessage> = {
  assistant: AssistantSchema,
  thread: ThreadSchema,
  "thread.message": ThreadMessageSchema,
  "thread.run": RunSchema,
};

const listSchemas: Record<string, DescMessage> = {
  assistant: AssistantListSchema,
  "thread.message": ThreadMessageListSchema,
  "thread.run": RunListSchema,
};

function schemaOf({ name, object, isList }: CorpusThreadDocument): DescMessage {
  return (isList ? listSchemas : schemas)[object] ?? expect.unreachable(name);
}

const modes = ["preserve", "archive"] as const;

function expectLossless(schema: DescMessage, bytes: Uint8Array): void {
  const json = Buffer.from(bytes).toString();
  for (const mode of modes) {
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
}

describeWithCorpus("documents of threads", () => {
  it.each(corpusThreadDocuments())("$name comes back from both engines", (document) => {
    expectLossless(schemaOf(document), document.bytes);
  });

  it.each(corpusThreadDocuments())("$name is told by its content", (document) => {
    const { bytes } = document;
    expectLossless(DocumentSchema, bytes);
    const binary = createTranscoder(DocumentSchema).toBinary(bytes);
    const { value } = fromBinary(DocumentSchema, binary).document;
    expect(typeof value === "object" && value.$typeName).toBe(schemaOf(document).typeName);
  });
});
