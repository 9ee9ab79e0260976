import { corpusStreams, createFolder, describeWithCorpus } from "@stepwire/testing";
import { expect, it } from "vitest";
import { differenceOf, packAndUnpack, readTranscript, succeed } from "./support/transcripts.js";

interface Row {
  readonly document: string;
  readonly type: string;
  readonly result: string;
}

/** Transcripts without blank lines between their events. */
const unframed = [
  "sse/030-openai-php-threadrunstreamresponse.sse",
  "chat_sse/w001-braintrust-sdk-javascript-eve-v0-latest.sse",
  "chat_sse/w002-braintrust-sdk-javascript-groq-v1-latest.sse",
  "chat_sse/w003-braintrust-sdk-javascript-groq-v1.sse",
  "chat_sse/w004-braintrust-sdk-javascript-huggingface-v3-latest.sse",
  "chat_sse/w005-braintrust-sdk-javascript-huggingface-v3-latest.sse",
  "chat_sse/w006-braintrust-sdk-javascript-huggingface-v3.sse",
  "chat_sse/w007-braintrust-sdk-javascript-mistral-v2-latest.sse",
  "chat_sse/w008-braintrust-sdk-javascript-strands-agent-sdk-v1-latest.sse",
  "chat_sse/w025-openai-php-chatcompletionkeepalive.sse",
  "chat_sse/w026-openai-php-chatcompletionping.sse",
];

const transcripts = corpusStreams("sse", "chat_sse");

describeWithCorpus("pack and unpack of the transcripts of the corpus", () => {
  it.each(transcripts)("$name comes back equal", async ({ name, bytes }) => {
    const before = readTranscript(Buffer.from(bytes).toString(), unframed.includes(name));
    const { text } = await packAndUnpack(bytes);
    expect(differenceOf(before, readTranscript(text))).toBeUndefined();
  });

  it.each(transcripts)("$name comes back equal, as the standard reads it", async ({ bytes }) => {
    const before = readTranscript(Buffer.from(bytes).toString());
    const { text } = await packAndUnpack(bytes, ["--framing=standard"]);
    expect(differenceOf(before, readTranscript(text))).toBeUndefined();
  });
});

describeWithCorpus("roundtrip of the transcripts of the corpus", () => {
  it("finds every one equal, and its type", async () => {
    const directory = createFolder(
      Object.fromEntries(transcripts.map(({ name, bytes }) => [name.replace("/", "%"), bytes])),
    );
    const stdout = await succeed(["roundtrip", ".", "--mode=archive", "--json"], directory);
    const { documents } = JSON.parse(stdout) as { documents: Row[] };
    expect(documents).toHaveLength(transcripts.length);
    for (const { document, type, result } of documents) {
      const expected = document.startsWith("chat_sse%") ? "chat-event" : "event";
      expect({ document, type, result }).toEqual({ document, type: expected, result: "equal" });
    }
  });
});
