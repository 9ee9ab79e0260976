import { toBinary } from "@bufbuild/protobuf";
import { ChatCompletionSchema } from "@stepwire/core/chat";
import { OpenAIJsonError, parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { chatDocuments, describeWithCorpus, jsonEqual } from "@stepwire/testing";
import { expect, it } from "vitest";
import { createTranscoder } from "../src/index.js";

/** What `preserve` refuses, by the start of the document's name; it refuses no other document. */
const refused: Record<string, string[]> = {
  // Recordings of a tracer, which left out the answer.
  w004: ["missing_member /choices"],
  w005: ["missing_member /choices"],
  w006: ["missing_member /choices"],
  // A choice with `messages` instead of `message`.
  w021: ["missing_member /choices/0/message"],
  // The time is a string.
  w077: ["wrong_type /created"],
};

const preserve = createTranscoder(ChatCompletionSchema);
const archive = createTranscoder(ChatCompletionSchema, { mode: "archive" });

const documents = chatDocuments().map(({ name, bytes }) => ({
  name,
  bytes,
  reasons: refused[name.slice("chat/".length, "chat/".length + 4)],
}));

describeWithCorpus("completions of the corpus", () => {
  it.each(documents)("$name comes back equal in archive", ({ bytes }) => {
    const text = Buffer.from(bytes).toString();
    const message = parseOpenAI(ChatCompletionSchema, text, { mode: "archive" });
    const binary = archive.toBinary(bytes);
    expect(Buffer.compare(binary, toBinary(ChatCompletionSchema, message))).toBe(0);
    const written = stringifyOpenAI(ChatCompletionSchema, message);
    expect(Buffer.from(archive.toJson(binary)).toString()).toBe(written);
    expect(jsonEqual(written, text)).toBe(true);
  });

  it.each(documents)("$name in preserve is the same, or refused by both", ({ bytes, reasons }) => {
    const text = Buffer.from(bytes).toString();
    if (reasons === undefined) {
      expect(Buffer.compare(preserve.toBinary(bytes), archive.toBinary(bytes))).toBe(0);
      return;
    }
    expect(reasonsOf(() => preserve.toBinary(bytes))).toEqual(reasons);
    expect(reasonsOf(() => parseOpenAI(ChatCompletionSchema, text))).toEqual(reasons);
  });

  it("are converted by the kernel alone", () => {
    const kernel = createTranscoder(ChatCompletionSchema, { mode: "archive" });
    for (const { bytes } of documents) {
      kernel.toJson(kernel.toBinary(bytes));
    }
    expect(kernel.fallbacks).toBe(0);
  });
});

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
