import type { DescMessage } from "@bufbuild/protobuf";
import { OpenAIJsonError } from "@stepwire/openai-json";
import { corruptions, jsonEqual, printedSeed, Random } from "@stepwire/testing";
import { createTranscoder, type Transcoder } from "@stepwire/transcode";
import { describe, expect, test } from "vitest";
import { smallDocuments } from "../src/corpus/samples.js";

/** Of documents beyond this size, so many places are spoiled; with STEPWIRE_EVERY_PLACE=1, all. */
const SMALL_BYTES = 2_000;
const PLACES = 1_000;

const timeout = 3_600_000;
const seed = printedSeed();
const everyPlace = process.env["STEPWIRE_EVERY_PLACE"] === "1";

/** The content of another document, which no output may contain. */
const secret = "of-another-document-";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Spoiled forms: every one of a small document, else one at each of many places. */
function* spoil(bytes: Uint8Array, random: Random): Generator<Uint8Array> {
  if (bytes.length <= SMALL_BYTES) {
    yield* corruptions(bytes);
    return;
  }
  const places = everyPlace ? bytes.length : PLACES;
  for (let index = 0; index < places; index++) {
    const place = everyPlace ? index : random.below(bytes.length);
    yield bytes.slice(0, place);
    yield bytes.with(place, random.below(256));
  }
}

function attempt(work: () => Uint8Array): Uint8Array | undefined {
  try {
    return work();
  } catch (error) {
    expect(error).toBeInstanceOf(OpenAIJsonError);
    return undefined;
  }
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** Leaves another document in the memory of the transcoder. */
function occupy(transcoder: Transcoder, schema: DescMessage): void {
  const text = JSON.stringify({ [secret]: secret.repeat(500), object: schema.name });
  transcoder.toJson(transcoder.toBinary(encoder.encode(text)));
}

describe.each(smallDocuments())("$name, spoiled", ({ schema, text }) => {
  const json = encoder.encode(text);
  const transcoder = createTranscoder(schema, { mode: "archive" });

  test("as JSON, is refused or comes back", { timeout }, () => {
    occupy(transcoder, schema);
    let count = 0;
    for (const spoiled of spoil(json, new Random(seed))) {
      const binary = attempt(() => transcoder.toBinary(spoiled));
      if (binary !== undefined) {
        const back = transcoder.toJson(binary);
        if (!isJson(spoiled) || !jsonEqual(spoiled, back)) {
          expect(decoder.decode(back)).toBe(decoder.decode(spoiled));
        }
      }
      count++;
    }
    expect(count).toBeGreaterThan(PLACES);
  });

  test("as binary, is refused or a message of its own", { timeout }, () => {
    const binary = transcoder.toBinary(json);
    occupy(transcoder, schema);
    for (const spoiled of spoil(binary, new Random(seed + 1))) {
      const text = attempt(() => transcoder.toJson(spoiled));
      if (text !== undefined) {
        expect(decoder.decode(text).includes(secret)).toBe(false);
        const again = transcoder.toJson(transcoder.toBinary(text));
        if (!jsonEqual(text, again)) {
          expect(decoder.decode(again)).toBe(decoder.decode(text));
        }
      }
    }
  });
});
