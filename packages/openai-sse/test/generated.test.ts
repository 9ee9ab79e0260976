import { toBinary } from "@bufbuild/protobuf";
import { StreamEventSchema } from "@stepwire/core";
import { splitJsonObject } from "@stepwire/json/internal";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { DocumentGenerator, jsonDifference, printedSeed, reasonOf } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { EventStreamError, encodeEvent, encodeEventFromBinary } from "../src/index.js";
import { decodeAll } from "./streams.js";

const seed = printedSeed();
const archive = { mode: "archive" } as const;

/** The document of an event without an identifier or a text that is null. */
function withoutNulls(json: string): string {
  const members = splitJsonObject(json) ?? expect.unreachable(json);
  const kept = [...members].filter(
    ([name, text]) => text !== "null" || !["id", "data_text"].includes(name),
  );
  return `{${kept.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;
}

describe("generated events", () => {
  it("come back from server-sent events, or have no such form", async () => {
    const generator = new DocumentGenerator(StreamEventSchema);
    let written = 0;
    for (let round = 0; round < 1500; round++) {
      const context = `seed ${seed + round}`;
      const event = parseOpenAI(StreamEventSchema, generator.generate(seed + round).text, archive);
      const binary = toBinary(StreamEventSchema, event);
      let bytes: Uint8Array;
      try {
        bytes = encodeEvent(StreamEventSchema, event);
      } catch (reason) {
        expect(reason, context).toBeInstanceOf(EventStreamError);
        expect(
          reasonOf(() => encodeEventFromBinary(StreamEventSchema, binary)),
          context,
        ).toEqual(reason);
        continue;
      }
      expect(
        Buffer.from(encodeEventFromBinary(StreamEventSchema, binary)).equals(bytes),
        context,
      ).toBe(true);
      written++;
      const [again, ...others] = await decodeAll(bytes, archive, 1 + (round % 7));
      expect(others, context).toEqual([]);
      if (event.dataText !== undefined && again?.dataText === undefined) {
        // A text that is JSON after all comes back as such.
        continue;
      }
      // A missing identifier or text and a null one both mean that there is no such line.
      const before = withoutNulls(stringifyOpenAI(StreamEventSchema, event));
      const after = stringifyOpenAI(StreamEventSchema, again ?? expect.unreachable(context));
      expect(jsonDifference(before, after), context).toBeUndefined();
    }
    expect(written).toBeGreaterThan(300);
  }, 60_000);
});
