import { describeWithCorpus, projectRoot } from "@stepwire/testing";
import { expect, it } from "vitest";
import { measureStreams, type StreamSizes } from "../src/streams/rows.js";

const RESPONSES = "recorded responses";

describeWithCorpus("recorded streams in the stream format", () => {
  const measured = measureStreams(projectRoot);
  // Everything is compressed in several ways, each time event by event.
  const timeout = 180_000;
  const sizesOf = async (streams: string): Promise<StreamSizes> =>
    (await measured).find(({ name }) => name === streams) ?? expect.unreachable();

  // Each stream also comes back byte by byte; otherwise measuring it fails.
  it("have at most 16 % of the bytes of the server-sent events", { timeout }, async () => {
    for (const { name, sse, format } of await measured) {
      // Streams of Responses have few tokens beside the text, the instructions and the tools.
      expect(format.format / sse).toBeLessThan(name === RESPONSES ? 0.25 : 0.16);
    }
  });

  it("of Responses have at most 2 % that the schema does not describe", { timeout }, async () => {
    const { binary, verbatim, residue } = await sizesOf(RESPONSES);
    expect((verbatim + residue) / binary).toBeLessThan(0.02);
  });

  it("have at most 60 % of the bytes of compressed server-sent events", { timeout }, async () => {
    const { format } = await sizesOf("recorded runs");
    // Both are compressed at the same level, and flushed in the same way.
    expect(format.formatGzip / format.sseGzip).toBeLessThan(0.6);
    expect(format.formatZstd / format.sseZstd).toBeLessThan(0.6);
    // Z_SYNC_FLUSH adds 5 bytes to each event of both.
    expect(format.formatGzipSync / format.sseGzipSync).toBeLessThan(0.65);
  });
});
