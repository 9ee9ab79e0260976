import { toBinary } from "@bufbuild/protobuf";
import { type StreamEvent, StreamEventSchema } from "@stepwire/core";
import { readEventStream, StreamReader, StreamWriter } from "@stepwire/wire";
import {
  BlockCompressor,
  readCompressedStream,
  writeCompressedStream,
} from "@stepwire/wire/compressed";
import { drain, inChunks } from "./chunks.js";
import type { Growth } from "./measure.js";
import { list } from "./shapes.js";
import { argument, asyncList, callDelta } from "./stream-growth.js";

/** Events for the stream format, by the part that grows. */
const writtenEvents: Readonly<Record<string, (size: number) => StreamEvent[]>> = {
  "short deltas": (size) =>
    Array.from({ length: size }, (_, index) => callDelta(argument(0, `"${index}"`))),
  "equal events": (size) => Array.from({ length: size }, () => callDelta(argument(0, '"x"'))),
  "a long text": (size) => [callDelta(argument(0, `"${"x".repeat(size * 10)}"`))],
  "calls of one delta": (size) => [
    callDelta(argument(0, '"x"')),
    callDelta(list(size, (index) => argument(index, '"x"'))),
  ],
};

function binaryEvents(events: readonly StreamEvent[]): Uint8Array[] {
  return events.map((each) => toBinary(StreamEventSchema, each));
}

function writeStream(events: readonly Uint8Array[]): Uint8Array {
  const writer = new StreamWriter(StreamEventSchema);
  return Buffer.concat([...events.map((each) => writer.write([each])), writer.end()]);
}

/** Growth tests for the stream format. */
export const formatGrowth: readonly Growth[] = [
  ...Object.entries(writtenEvents).flatMap(([shape, make]): Growth[] => [
    {
      of: ["@stepwire/wire:StreamWriter"],
      shape,
      prepare: (size) => {
        const events = binaryEvents(make(size));
        return () => writeStream(events);
      },
    },
    ...[4096, 1].map(
      (chunk): Growth => ({
        of: ["@stepwire/wire:StreamReader", "@stepwire/wire:readEventStream"],
        shape: `${shape}, in chunks of ${chunk}`,
        prepare: (size) => {
          const stream = writeStream(binaryEvents(make(size)));
          return () => drain(readEventStream(inChunks(stream, chunk)));
        },
      }),
    ),
  ]),
  {
    of: ["@stepwire/wire:StreamReader"],
    shape: "records without an event",
    prepare: (size) => {
      const stream = Buffer.concat([
        Buffer.from("8953570101", "hex"),
        Buffer.from("0002".repeat(size), "hex"),
      ]);
      return () => {
        const reader = new StreamReader();
        reader.push(stream);
        return reader.nextBlock();
      };
    },
  },
  {
    of: [
      "@stepwire/wire/compressed:BlockCompressor",
      "@stepwire/wire/compressed:writeCompressedStream",
    ],
    shape: "bytes of a block",
    prepare: (size) => {
      const events = binaryEvents([callDelta(argument(0, `"${"x".repeat(size * 10)}"`))]);
      const encoding = "gzip";
      return async () =>
        [
          await new BlockCompressor(encoding).end(writeStream(events)),
          await drain(
            writeCompressedStream(StreamEventSchema, asyncList([{ events }]), { encoding }),
          ),
        ].length;
    },
  },
  {
    of: ["@stepwire/wire/compressed:readCompressedStream"],
    shape: "short deltas",
    prepare: async (size) => {
      const events = binaryEvents(writtenEvents["short deltas"]?.(size) ?? []);
      const stream = await new BlockCompressor("gzip").end(writeStream(events));
      return () => drain(readCompressedStream(inChunks(stream, 4096), { encoding: "gzip" }));
    },
  },
];
