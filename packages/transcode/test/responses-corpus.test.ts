import { type DescMessage, toBinary } from "@bufbuild/protobuf";
import { ChatCompletionStreamEventSchema } from "@stepwire/core/chat";
import { ResponseSchema, ResponseStreamEventSchema } from "@stepwire/core/responses";
import { OpenAIJsonError, parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import {
  corpusPayloads,
  describeWithCorpus,
  jsonEqual,
  responsesDocuments,
} from "@stepwire/testing";
import { expect, it } from "vitest";
import { createTranscoder, type Transcoder } from "../src/index.js";

/** What `preserve` refuses, by the start of the document's name; it refuses no other document. */
const refused: Readonly<Record<string, readonly string[]>> = {
  // A program in R, whose empty lists are `{}` where others write null.
  w079: [
    "missing_member /error/code",
    "missing_member /error/message",
    "wrong_type /max_output_tokens",
    "wrong_type /max_tool_calls",
    "missing_member /moderation/input",
    "missing_member /moderation/output",
    "wrong_type /previous_response_id",
    "wrong_type /prompt_cache_key",
    "wrong_type /reasoning/summary",
    "wrong_type /safety_identifier",
    "wrong_type /text/format/description",
    "wrong_type /user",
  ],
};

const preserve = createTranscoder(ResponseSchema);
const archive = createTranscoder(ResponseSchema, { mode: "archive" });

const documents = responsesDocuments().map(({ name, bytes }) => ({
  name,
  bytes,
  text: Buffer.from(bytes).toString(),
  reasons: refused[name.slice("responses/".length, "responses/".length + 4)],
}));

/** Converts a document there and back by both engines, which must agree. */
function expectLossless(schema: DescMessage, kernel: Transcoder, text: string): void {
  const message = parseOpenAI(schema, text, { mode: "archive" });
  const binary = kernel.toBinary(Buffer.from(text));
  expect(Buffer.compare(binary, toBinary(schema, message))).toBe(0);
  const written = stringifyOpenAI(schema, message);
  expect(Buffer.from(kernel.toJson(binary)).toString()).toBe(written);
  expect(jsonEqual(written, text)).toBe(true);
}

describeWithCorpus("responses of the corpus", () => {
  it.each(documents)("$name comes back equal in archive", ({ text }) => {
    expectLossless(ResponseSchema, archive, text);
  });

  it.each(documents)("$name in preserve is the same, or refused by both", (document) => {
    const { bytes, text, reasons } = document;
    if (reasons === undefined) {
      expect(Buffer.compare(preserve.toBinary(bytes), archive.toBinary(bytes))).toBe(0);
      return;
    }
    expect(reasonsOf(() => preserve.toBinary(bytes))).toEqual(reasons);
    expect(reasonsOf(() => parseOpenAI(ResponseSchema, text))).toEqual(reasons);
  });

  it("are converted by the kernel alone", () => {
    expect(documents.length).toBeGreaterThan(100);
    expect(archive.fallbacks).toBe(0);
    expect(preserve.fallbacks).toBe(0);
  });
});

/** The streams of a family, and how one of their payloads is an event as JSON. */
const families = [
  {
    name: "responses",
    schema: ResponseStreamEventSchema,
    streams: corpusPayloads("responses_sse"),
    nameOf: (payload: string): string => typeOf(JSON.parse(payload)),
  },
  {
    name: "completions",
    schema: ChatCompletionStreamEventSchema,
    streams: corpusPayloads("chat_sse"),
    nameOf: (): string => "",
  },
];

function typeOf(payload: unknown): string {
  const isTyped = typeof payload === "object" && payload !== null && "type" in payload;
  return isTyped && typeof payload.type === "string" ? payload.type : "";
}

for (const { name, schema, streams, nameOf } of families) {
  const kernel = createTranscoder(schema, { mode: "archive" });

  describeWithCorpus(`payloads of streams of ${name}`, () => {
    it.each(streams)("$name come back equal", ({ payloads }) => {
      for (const payload of payloads.filter(isJson)) {
        const event = `{"event":${JSON.stringify(nameOf(payload))},"data":${payload}}`;
        expectLossless(schema, kernel, event);
      }
    });

    it("are converted by the kernel alone", () => {
      expect(streams.length).toBeGreaterThan(80);
      expect(kernel.fallbacks).toBe(0);
    });
  });
}

/** Returns whether a payload is JSON: one is HTML, and the last of most streams is `[DONE]`. */
function isJson(payload: string): boolean {
  try {
    JSON.parse(payload);
    return true;
  } catch {
    return false;
  }
}

function reasonsOf(convert: () => unknown): string[] {
  try {
    convert();
  } catch (reason) {
    if (reason instanceof OpenAIJsonError) {
      return reason.violations
        .filter(({ code }) => code === "missing_member" || code === "wrong_type")
        .map(({ code, pointer }) => `${code} ${pointer}`);
    }
    throw reason;
  }
  return [];
}
