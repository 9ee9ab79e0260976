import { type DescMessage, equals, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  AssistantListSchema,
  AssistantSchema,
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

describeWithCorpus("documents of threads", () => {
  it.each(corpusThreadDocuments())("$name comes back from both engines", (document) => {
    const schema = schemaOf(document);
    const json = Buffer.from(document.bytes).toString();
    const transcoder = createTranscoder(schema, { mode: "preserve" });
    const binary = transcoder.toBinary(document.bytes);
    const message = parseOpenAI(schema, json, { mode: "preserve" });
    expect(equals(schema, fromBinary(schema, binary), message)).toBe(true);
    expect(binary).toHaveLength(toBinary(schema, message).length);
    const text = Buffer.from(transcoder.toJson(binary)).toString();
    expect(text).toBe(stringifyOpenAI(schema, message));
    expect(jsonDifference(text, json)).toBeUndefined();
    expect(transcoder.fallbacks).toBe(0);
  });
});
