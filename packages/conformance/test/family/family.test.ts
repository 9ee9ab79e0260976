import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { jsonDifference } from "@stepwire/testing";
import { createTranscoder } from "@stepwire/transcode";
import { describe, expect, it } from "vitest";
import { buildFamily, createFolder, documentOf, eventText, projectRoot } from "./family.js";

const family = buildFamily();
const { document, types, event, eventArms } = family;

/** Some documents of each type, and an event of each kind. */
const samples = [
  ...[...types].flatMap(([type, schema]) =>
    Array.from({ length: 5 }, (_, seed) => ({ type, schema, json: documentOf(schema, seed) })),
  ),
  ...eventArms.map((arm) => ({ type: "event", schema: event, json: eventText(arm) })),
];

it("is a family of three objects and more, a delta, and 40 kinds of events", () => {
  expect([...types.keys()]).toEqual(["kettle", "recipe", "recipe-list", "recipe-delta", "event"]);
  expect(new Set(eventArms.map(({ name }) => name)).size).toBe(39);
  expect(event.fields.filter(({ oneof }) => oneof !== undefined)).toHaveLength(40);
});

describe("both engines", () => {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

  it.each(["the type", "the union of all documents"])("agree on each sample as %s", (as) => {
    for (const { schema: own, json } of samples) {
      const schema = as === "the type" ? own : document;
      const transcoder = createTranscoder(schema, { mode: "strict" });
      const message = parseOpenAI(schema, json, { mode: "strict" });
      const binary = transcoder.toBinary(encode(json));
      expect(Buffer.from(binary).equals(toBinary(schema, message))).toBe(true);
      const back = Buffer.from(transcoder.toJson(binary)).toString();
      expect(back).toBe(stringifyOpenAI(schema, fromBinary(schema, binary)));
      expect(jsonDifference(json, back)).toBeUndefined();
      expect(transcoder.fallbacks).toBe(0);
    }
  });

  it("keep what the family does not know", () => {
    const json = '{"event":"kitchen.fire","data":{"at":1.50},"loud":true}';
    const transcoder = createTranscoder(event);
    const binary = transcoder.toBinary(encode(json));
    expect(Buffer.from(binary).equals(toBinary(event, parseOpenAI(event, json)))).toBe(true);
    expect(Buffer.from(transcoder.toJson(binary)).toString()).toBe(json);
    expect(transcoder.fallbacks).toBe(0);
  });
});

describe("stepwire --descriptor", { timeout: 60_000 }, () => {
  /** Runs the command in a folder that has the descriptors of the family. */
  function stepwire(directory: string, ...parameters: string[]): Buffer {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        "--conditions=@stepwire/source",
        "--import",
        pathToFileURL(join(projectRoot, "scripts/source-resolver.ts")).href,
        join(projectRoot, "packages/cli/src/main.ts"),
        ...parameters,
        "--descriptor",
        "family.binpb",
      ],
      { cwd: directory, maxBuffer: 64 * 1024 * 1024 },
    );
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: "" });
    return stdout;
  }

  const withFamily = (files: Readonly<Record<string, string>>): string =>
    createFolder({ "family.binpb": family.descriptors, ...files });

  it.each(["recipe", "event"])("encodes, decodes and inspects: %s", (type) => {
    const schema = types.get(type) ?? document;
    const json = documentOf(schema, 1);
    const directory = withFamily({ "a.json": json });
    const binary = stepwire(directory, "encode", "a.json", "-o", "a.bin");
    expect(binary).toHaveLength(0);
    const message = parseOpenAI(schema, json);
    expect(readFileSync(join(directory, "a.bin")).equals(toBinary(schema, message))).toBe(true);
    const back = stepwire(directory, "decode", "a.bin", "--type", type).toString();
    expect(jsonDifference(json, back)).toBeUndefined();
    const listing = stepwire(directory, "inspect", "a.bin", "--type", schema.typeName);
    expect(listing.toString()).toMatch(/\n\d+ bytes, \d+ fields\n$/);
  });

  it("makes the round trip of each sample, and knows its type", () => {
    const lines = samples.map(({ json }) => JSON.stringify(JSON.parse(json))).join("\n");
    const directory = withFamily({ "all.jsonl": lines });
    const result = stepwire(directory, "roundtrip", "all.jsonl", "--json", "--mode", "strict");
    const { documents, total } = JSON.parse(result.toString());
    expect(documents.map(({ type }: { type: string }) => type)).toEqual(
      samples.map(({ type }) => type),
    );
    expect(total).toMatchObject({ documents: samples.length, equal: samples.length, residue: {} });
  });
});
