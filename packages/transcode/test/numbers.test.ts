import { fromBinary } from "@bufbuild/protobuf";
import { BinaryWriter, sizeDelimitedPeek, WireType } from "@bufbuild/protobuf/wire";
import { FileSearchResultSchema } from "@stepwire/core";
import { stringifyOpenAI } from "@stepwire/openai-json";
import { documentCount, fitsDouble, printedSeed, Random } from "@stepwire/testing";
import { describe, expect, test } from "vitest";
import { createTranscoder } from "../src/index.js";
import { randomDouble, randomNumber } from "./support/numbers.js";

const COUNT = 100 * documentCount();
const BATCH = 5_000;
const timeout = 600_000;

const seed = printedSeed();
const transcoder = createTranscoder(FileSearchResultSchema, { mode: "archive" });

function lineOf(number: string): string {
  return `{"file_id":"f","file_name":"n","score":${number}}\n`;
}

/** The numbers from JSON to binary: what the field holds, and the text that comes back. */
function convert(numbers: readonly string[]): { score: number; isSet: boolean; text: string }[] {
  const packed = transcoder.packLines(Buffer.from(numbers.map(lineOf).join("")));
  expect(packed.refused).toBeUndefined();
  const texts = Buffer.from(transcoder.unpackLines(packed.output).output).toString().split("\n");
  let at = 0;
  return numbers.map((_, index) => {
    const header = sizeDelimitedPeek(packed.output.subarray(at));
    const start = at + (header.offset ?? 0);
    at = start + (header.size ?? 0);
    const message = fromBinary(FileSearchResultSchema, packed.output.subarray(start, at));
    const { score, jsonResidue } = message;
    const text = /"score":([^}]*)}/.exec(texts[index] ?? "")?.[1] ?? "";
    return { score, isSet: jsonResidue === undefined, text };
  });
}

function* batches(random: Random, generate: (random: Random) => string): Generator<string[]> {
  for (let done = 0; done < COUNT; done += BATCH) {
    yield Array.from({ length: BATCH }, () => generate(random));
  }
}

describe("numbers", () => {
  test(`${COUNT} texts are read as Number() reads them, or kept`, { timeout }, () => {
    for (const numbers of batches(new Random(seed), randomNumber)) {
      for (const [index, { score, isSet, text }] of convert(numbers).entries()) {
        const number = numbers[index] ?? "";
        const fits = fitsDouble(number);
        const isRight = fits
          ? isSet && Object.is(score, Number(number)) && text === JSON.stringify(score)
          : !isSet && text === number;
        if (!isRight) {
          expect({ number, score, isSet, text }).toEqual({ number, fits });
        }
      }
    }
  });

  test(`${COUNT} doubles are written as JavaScript writes them`, { timeout }, () => {
    for (const numbers of batches(new Random(seed + 1), (random) => String(randomDouble(random)))) {
      for (const [index, { score, text }] of convert(numbers).entries()) {
        if (text !== numbers[index] || !Object.is(score, Number(text))) {
          expect({ score, text }).toEqual(numbers[index]);
        }
      }
    }
  });

  test("-0 is a set value for both engines, also where the residue holds another one", () => {
    const kept = transcoder.toBinary(Buffer.from(lineOf("1e999").trim()));
    const binary = new BinaryWriter().raw(kept).tag(3, WireType.Bit64).double(-0).finish();
    const text = '{"file_id":"f","file_name":"n","score":-0}';
    const message = fromBinary(FileSearchResultSchema, binary);
    expect(Buffer.from(transcoder.toJson(kept)).toString()).toContain('"score":1e999');
    expect(Buffer.from(transcoder.toJson(binary)).toString()).toBe(text);
    expect(stringifyOpenAI(FileSearchResultSchema, message)).toBe(text);
  });
});
