import { fromBinary } from "@bufbuild/protobuf";
import { OpenAIJsonError, stringifyOpenAI } from "@stepwire/openai-json";
import { compileEveryFeature } from "@stepwire/testing";
import { describe, expect, test } from "vitest";
import { createTranscoder } from "../src/index.js";

const [schema] = compileEveryFeature().filter(({ name }) => name === "Thing");
if (schema === undefined) {
  throw new Error("no message Thing");
}
const transcoder = createTranscoder(schema, { mode: "archive" });
const thing = transcoder
  .toBinary(
    new TextEncoder().encode(
      '{"version":"v1","id":"a","object":"thing","ended_at":4,"color":"red","border":null,"part":{"kind":"part"},"spare_part":null,"flag":false,"score":0,"nullable_score":null}',
    ),
  )
  .slice();

/** Returns a thing whose field 16 holds these maps. */
function withMaps(hex: string): Uint8Array {
  const maps = Buffer.from(hex, "hex");
  return Buffer.concat([thing, Uint8Array.of(0x82, 0x01, maps.length), maps]);
}

/** Returns the text that an engine writes, or its error. */
function attempt(write: () => string): string {
  try {
    return write();
  } catch (reason) {
    if (reason instanceof OpenAIJsonError) {
      return reason.message;
    }
    throw reason;
  }
}

/**
 * Every map of `Maps` with scalar values, by its tag. An entry of zero bytes has a zero key and a
 * zero value.
 */
const entries = {
  integers: "1a00",
  large_integers: "2200",
  colors: "2a00",
  strings: "3200",
  doubles: "3a00",
  booleans: "4200",
} as const;

/**
 * A residue that says `rows` is empty. It keeps the kernel from writing the members in one pass.
 */
const residue = "fa7f03220109";

describe("an entry of a map that has no bytes", () => {
  test.each(Object.entries(entries))("is kept: %s", (name, entry) => {
    for (const maps of [
      entry,
      `${residue}${entry}`,
      `${entry}${residue}`,
      `${entry}${residue}${entry}`,
    ]) {
      const binary = withMaps(maps);
      const json = attempt(() => Buffer.from(transcoder.toJson(binary)).toString());
      expect(json).toBe(attempt(() => stringifyOpenAI(schema, fromBinary(schema, binary))));
      expect(json).toContain(name);
    }
    expect(transcoder.fallbacks).toBe(0);
  });
});
