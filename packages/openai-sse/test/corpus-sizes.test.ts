import { fromBinary } from "@bufbuild/protobuf";
import { sizeDelimitedEncode } from "@bufbuild/protobuf/wire";
import { StreamEventSchema } from "@stepwire/core";
import { corpusStreams, describeWithCorpus } from "@stepwire/testing";
import { expect, it } from "vitest";
import { decodeEventsToBinary, encodeEventFromBinary } from "../src/index.js";
import { chunksOf, collect } from "./streams.js";

/** The sizes of the events of all streams, in bytes. */
interface Sizes {
  /** As server-sent events. */
  sse: number;
  /** As messages, each with its length in front of it. */
  binary: number;
}

interface Measured {
  /** Events whose payload is JSON, or absent. */
  readonly typed: Sizes;
  /** Events whose payload is not JSON and therefore kept as text. */
  readonly notJson: Sizes & { count: number };
  /** The names of events that the schema does not describe. */
  readonly unknown: string[];
}

async function measure(): Promise<Measured> {
  const typed: Sizes = { sse: 0, binary: 0 };
  const notJson = { count: 0, sse: 0, binary: 0 };
  const unknown: string[] = [];
  for (const { name, bytes } of corpusStreams()) {
    const framing = name.includes("/030-") ? "lenient" : "standard";
    const options = { mode: "archive", framing } as const;
    typed.sse += bytes.length;
    for (const binary of await collect(
      decodeEventsToBinary(StreamEventSchema, chunksOf(bytes, 4096), options),
    )) {
      const event = fromBinary(StreamEventSchema, binary);
      const size = sizeDelimitedEncode(StreamEventSchema, event).length;
      if (event.dataText !== undefined) {
        const sse = encodeEventFromBinary(StreamEventSchema, binary).length;
        typed.sse -= sse;
        notJson.sse += sse;
        notJson.binary += size;
        notJson.count += 1;
        continue;
      }
      typed.binary += size;
      if (event.event.case === "other") {
        unknown.push(event.event.value.event);
      }
    }
  }
  return { typed, notJson, unknown };
}

describeWithCorpus("the binary of the recorded streams", async () => {
  const { typed, notJson, unknown } = await measure();

  it("has no event that the schema does not describe", () => {
    expect(unknown).toEqual([]);
  });

  it("is at most 32 % of the server-sent events, where payloads are JSON", () => {
    expect(typed.binary / typed.sse).toBeLessThan(0.32);
  });

  it("is at most 34 %, with the 15 payloads of an example that are not JSON", () => {
    expect(notJson.count).toBe(15);
    const binary = typed.binary + notJson.binary;
    expect(binary / (typed.sse + notJson.sse)).toBeLessThan(0.34);
  });
});
