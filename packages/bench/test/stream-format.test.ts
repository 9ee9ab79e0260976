import { describeWithCorpus, projectRoot } from "@stepwire/testing";
import { expect, it } from "vitest";
import { measureStreams } from "../src/streams/rows.js";

describeWithCorpus("recorded streams in the stream format", () => {
  const measured = measureStreams(projectRoot);
  // Everything is compressed in several ways, each time event by event.
  const timeout = 180_000;

  // Each stream also comes back byte by byte; otherwise measuring it fails.
  it("have at most 16 % of the bytes of the server-sent events", { timeout }, async () => {
    for (const { sse, format } of await measured) {
      expect(format.format / sse).toBeLessThan(0.16);
    }
  });

  it("have at most 60 % of the bytes of compressed server-sent events", { timeout }, async () => {
    const { format } =
      (await measured).find(({ name }) => name === "recorded runs") ?? expect.unreachable();
    // Both are compressed at the same level, and flushed in the same way.
    expect(format.formatGzip / format.sseGzip).toBeLessThan(0.6);
    expect(format.formatZstd / format.sseZstd).toBeLessThan(0.6);
    // Z_SYNC_FLUSH adds 5 bytes to each event of both.
    expect(format.formatGzipSync / format.sseGzipSync).toBeLessThan(0.65);
  });
});
