import { gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import { StreamEventSchema } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import {
  BlockCompressor,
  type EventBlock,
  readCompressedStream,
  type StreamEncoding,
  writeCompressedStream,
} from "../../src/compressed.js";
import {
  type NumberedEvent,
  readEventStream,
  StreamFormatError,
  type StreamReadOptions,
} from "../../src/index.js";
import { hex, messageDelta, run, write } from "./events.js";

const encodings: StreamEncoding[] = ["identity", "gzip", "zstd"];
const blocks = [
  [run("runCreated"), run("runQueued")],
  [],
  ...["Hello", " world", "!"].map((text) => [messageDelta(text)]),
  [messageDelta("x".repeat(100_000)), run("runCompleted")],
];

async function* asyncList<Element>(elements: readonly Element[]): AsyncGenerator<Element, void> {
  for (const element of elements) {
    yield await Promise.resolve(element);
  }
}

function source(): AsyncGenerator<EventBlock, void> {
  return asyncList(blocks.map((events) => ({ events })));
}

async function collect<Element>(elements: AsyncIterable<Element>): Promise<Element[]> {
  const all: Element[] = [];
  for await (const element of elements) {
    all.push(element);
  }
  return all;
}

/** Reads a stream. Returns the events before the error, and the error. */
async function readAll(
  stream: Uint8Array,
  encoding: StreamEncoding,
  options: StreamReadOptions = {},
  size = 1_000,
): Promise<{ events: NumberedEvent[]; reason?: unknown }> {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < stream.length; start += size) {
    chunks.push(stream.subarray(start, start + size));
  }
  const events: NumberedEvent[] = [];
  try {
    for await (const block of readCompressedStream(asyncList(chunks), { encoding, ...options })) {
      events.push(...block);
    }
  } catch (reason) {
    return { events, reason };
  }
  return { events };
}

describe.each(encodings)("a stream with the encoding %s", (encoding) => {
  it("comes back equal", async () => {
    const parts = await collect(writeCompressedStream(StreamEventSchema, source(), { encoding }));
    for (const size of [1, 50, 1_000_000]) {
      const { events, reason } = await readAll(Buffer.concat(parts), encoding, {}, size);
      expect(reason).toBeUndefined();
      expect(hex(events)).toEqual(hex(blocks.flat()));
    }
  });

  it("can be read after each block", async () => {
    const end = Promise.withResolvers<void>();
    const parts = await collect(writeCompressedStream(StreamEventSchema, source(), { encoding }));
    // The source ends only when it is told to.
    async function* waiting(): AsyncGenerator<Uint8Array, void> {
      for (const part of parts.slice(0, -1)) {
        yield await Promise.resolve(part);
      }
      await end.promise;
    }
    const seen: NumberedEvent[] = [];
    const reading = readCompressedStream(waiting(), { encoding });
    while (seen.length < blocks.flat().length) {
      const { value } = await reading.next();
      seen.push(...(value ?? expect.unreachable()));
    }
    end.resolve();
    await expect(reading.next()).rejects.toMatchObject({ code: "cut_off" });
    expect(hex(seen)).toEqual(hex(blocks.flat()));
  });

  it("cancels its source if the loop is left", async () => {
    const parts = await collect(writeCompressedStream(StreamEventSchema, source(), { encoding }));
    let isCancelled = false;
    async function* endless(): AsyncGenerator<Uint8Array, void> {
      try {
        yield* asyncList(parts.slice(0, -1));
        await new Promise((resolve) => setTimeout(resolve, 20));
        yield new Uint8Array(0);
      } finally {
        isCancelled = true;
      }
    }
    for await (const _ of readCompressedStream(endless(), { encoding })) {
      break;
    }
    await expect.poll(() => isCancelled).toBe(true);
  });

  it("passes on the error of its source", async () => {
    async function* failing(): AsyncGenerator<Uint8Array, void> {
      yield* asyncList<Uint8Array>([]);
      throw new Error("connection lost");
    }
    await expect(collect(readCompressedStream(failing(), { encoding }))).rejects.toThrow(
      "connection lost",
    );
  });

  it("is refused wherever it is cut", async () => {
    const short = asyncList([{ events: [messageDelta("a"), messageDelta("b")] }]);
    const stream = Buffer.concat(
      await collect(writeCompressedStream(StreamEventSchema, short, { encoding })),
    );
    for (let end = 0; end < stream.length; end++) {
      const { events, reason } = await readAll(stream.subarray(0, end), encoding);
      if (reason === undefined) {
        // Only the end of the compression is missing.
        expect(encoding).not.toBe("identity");
        expect(events).toHaveLength(2);
      } else {
        expect(reason).toMatchObject({ code: "cut_off" });
      }
    }
  });
});

describe("compressed streams", () => {
  it.each([
    ["gzip", gzipSync],
    ["zstd", zstdCompressSync],
  ] as const)("that expand too much are refused: %s", async (encoding, compress) => {
    const bomb = compress(write([[messageDelta("x".repeat(15_000_000))]]));
    const { events, reason } = await readAll(bomb, encoding, { maxExpansion: 100 });
    expect(events).toEqual([]);
    expect(reason).toMatchObject({ code: "expands_too_much" });
  });

  it.each(["gzip", "zstd"] as const)("that are not %s are refused", async (encoding) => {
    const { reason } = await readAll(write([[messageDelta("a")]]), encoding);
    expect(reason).toBeInstanceOf(StreamFormatError);
    expect(reason).toMatchObject({ code: "malformed_compression", offset: 0 });
  });

  it("report the size of the events, not only that of the stream", async () => {
    const stream = write([Array.from({ length: 1_000 }, () => run("runCreated"))]);
    const options = { maxExpansion: 2, maxBlockBytes: 1_000 };
    const { reason } = await readAll(stream, "identity", options);
    expect(reason).toMatchObject({ code: "expands_too_much" });
  });
});

describe("BlockCompressor", () => {
  it("fails if it is closed", async () => {
    const compressor = new BlockCompressor("gzip");
    const part = await compressor.compress(Buffer.from("a"));
    expect(part.length).toBeGreaterThan(10);
    const pending = compressor.compress(Buffer.from("b"));
    compressor.close();
    await expect(pending).rejects.toThrow();
  });

  it.each(["gzip", "zstd"] as const)(
    "cannot be used after it was closed or ended: %s",
    async (encoding) => {
      const closed = new BlockCompressor(encoding);
      await closed.compress(Buffer.from("a"));
      closed.close();
      await expect(closed.compress(Buffer.from("b"))).rejects.toThrow("closed");
      await expect(closed.end(Buffer.from("b"))).rejects.toThrow("closed");
      const ended = new BlockCompressor(encoding);
      await ended.end(Buffer.from("a"));
      await expect(ended.compress(Buffer.from("b"))).rejects.toThrow("closed");
    },
  );

  it("writes one member of gzip", async () => {
    const compressor = new BlockCompressor("gzip");
    const parts = [
      await compressor.compress(Buffer.from("a")),
      await compressor.end(Buffer.from("b")),
    ];
    expect(gunzipSync(Buffer.concat(parts)).toString()).toBe("ab");
  });
});

describe("readEventStream", () => {
  it("yields blocks of the events that are complete", async () => {
    const stream = write(blocks);
    const read = await collect(
      readEventStream(asyncList([stream.subarray(0, 200), stream.subarray(200)])),
    );
    expect(read.length).toBe(2);
    expect(hex(read.flat())).toEqual(hex(blocks.flat()));
  });
});
