import { corpusDocuments, hasCorpus, jsonDifference } from "@stepwire/testing";
import { createTranscoder, type Transcoder } from "@stepwire/transcode";
import { beforeAll, describe, expect, test } from "vitest";
import { readFiles } from "../../src/files.js";
import type { JsonVector, VectorFile } from "../../src/format.js";
import { schemaNamed } from "../../src/schemas.js";
import { buildFilters, missingLanguages, sendThroughAll } from "./filters.js";

/** A document for the round. */
interface Traveller {
  readonly name: string;
  /** The full name of its message. */
  readonly schema: string;
  readonly json: Uint8Array;
}

const corpusSchemas = {
  run_step: "stepwire.v1.RunStep",
  run_step_delta: "stepwire.v1.RunStepDelta",
  run_step_list: "stepwire.v1.RunStepList",
};

function corpusTravellers(): Traveller[] {
  return corpusDocuments().map(({ name, type, bytes }) => ({
    name,
    schema: corpusSchemas[type],
    json: bytes,
  }));
}

/** The documents of all vectors that the mode `archive` accepts. */
function vectorTravellers(): Traveller[] {
  return [...readFiles()].flatMap(([topic, text]) => {
    const { cases }: VectorFile = JSON.parse(text);
    return cases.flatMap((vector) => {
      const document = "fromBinary" in vector ? undefined : acceptedDocument(vector);
      return document === undefined
        ? []
        : [{ name: `${topic}: ${vector.name}`, schema: vector.schema, json: document }];
    });
  });
}

function acceptedDocument({ json, jsonBase64, binary, violations }: JsonVector) {
  const isRefused = violations?.some(({ modes }) => modes.includes("archive")) ?? false;
  if (isRefused || binary === undefined) {
    return undefined;
  }
  return json === undefined
    ? Buffer.from(jsonBase64 ?? "", "base64")
    : new TextEncoder().encode(json);
}

const transcoders = new Map<string, Transcoder>();

function transcoderOf(schema: string): Transcoder {
  const descriptor = schemaNamed(schema.replace("stepwire.v1.", ""));
  const transcoder =
    transcoders.get(schema) ?? createTranscoder(descriptor, { mode: "archive", maxDepth: 1000 });
  transcoders.set(schema, transcoder);
  return transcoder;
}

/** The documents that come out of TypeScript, Go, Python, Rust, Java and TypeScript changed. */
async function changedOnTheRound(travellers: readonly Traveller[]): Promise<string[]> {
  const lines = travellers.map(({ schema, json }) => {
    const binary = transcoderOf(schema).toBinary(json);
    return `${schema} ${Buffer.from(binary).toString("hex")}`;
  });
  const back = await sendThroughAll(lines);
  expect(back.length).toBe(travellers.length);
  return travellers.flatMap(({ name, schema, json }, index) => {
    const [schemaBack, hex = ""] = back[index]?.split(" ") ?? [];
    const output = transcoderOf(schema).toJson(Buffer.from(hex, "hex"));
    const difference = schemaBack === schema ? jsonDifference(json, output) : "its type";
    return difference === undefined ? [] : [`${name}: ${difference}`];
  });
}

const missing = missingLanguages();
if (missing.length > 0) {
  console.log(`SKIPPED: not built here: ${missing.join(", ")}`);
}

describe.skipIf(missing.length > 0)("a round through five processes", { timeout: 120_000 }, () => {
  beforeAll(buildFilters, 300_000);

  test("every vector comes back", async () => {
    const travellers = vectorTravellers();
    expect(travellers.length).toBeGreaterThan(700);
    expect(await changedOnTheRound(travellers)).toEqual([]);
  });

  test.skipIf(!hasCorpus)("every document of the corpus comes back", async () => {
    expect(await changedOnTheRound(corpusTravellers())).toEqual([]);
  });
});
