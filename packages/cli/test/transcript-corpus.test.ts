import { corpusStreams, describeWithCorpus } from "@stepwire/testing";
import { expect, it } from "vitest";
import { differenceOf, packAndUnpack, readTranscript } from "./support/transcripts.js";

describeWithCorpus("pack and unpack of the transcripts of the corpus", () => {
  it.each(corpusStreams("sse", "chat_sse"))("$name comes back equal", async ({ bytes }) => {
    const before = Buffer.from(bytes).toString();
    const { text } = await packAndUnpack(bytes);
    expect(differenceOf(readTranscript(before), readTranscript(text))).toBeUndefined();
  });

  it.each(corpusStreams("sse"))("$name comes back equal, lenient", async ({ bytes }) => {
    const before = Buffer.from(bytes).toString();
    const { text } = await packAndUnpack(bytes, ["--framing=lenient"]);
    expect(differenceOf(readTranscript(before, true), readTranscript(text))).toBeUndefined();
  });
});
