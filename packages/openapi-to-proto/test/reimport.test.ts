import { type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { fromOpenAI, toOpenAI } from "@stepwire/openai-json";
import { buildProtos, registryOf } from "@stepwire/testing";
import { createPatch } from "diff";
import { describe, expect, it } from "vitest";
import { type ImportResult, importSchemas } from "../src/index.js";
import { BufModule } from "./support/buf.js";

const config = `
package: acme.kettle.v1
roots: [Kettle]
comments: none
`;

/** The document when it was imported first. */
const before = `
openapi: 3.1.0
components:
  schemas:
    Kettle:
      type: object
      required: [id, object, state, litres, tags, parts]
      properties:
        id: { type: string }
        object: { const: kettle }
        state: { $ref: "#/components/schemas/State" }
        litres: { type: number }
        color: { type: [string, "null"] }
        tags: { type: array, items: { type: string } }
        power: { type: integer, minimum: 0, maximum: 3000 }
        lid: { $ref: "#/components/schemas/Lid" }
        content:
          anyOf:
            - { type: string }
            - { type: array, items: { type: string } }
        parts:
          type: array
          items: { $ref: "#/components/schemas/Part" }
    State: { type: string, enum: [on, off] }
    Lid:
      type: object
      required: [kind]
      properties:
        kind: { type: string, enum: [hinged] }
        open: { type: boolean }
    Part:
      oneOf:
        - { $ref: "#/components/schemas/Handle" }
        - { $ref: "#/components/schemas/Spout" }
    Handle:
      type: object
      required: [type]
      properties: { type: { const: handle }, material: { type: string } }
    Spout:
      type: object
      required: [type]
      properties: { type: { const: spout }, length: { type: number } }
`;

/**
 * A year later: members are added, removed, renamed and moved; enums, constants and unions have
 * grown; types and what is required changed.
 */
const after = `
openapi: 3.1.0
components:
  schemas:
    Kettle:
      type: object
      required: [id, object, state, mass, volume, color]
      properties:
        mass: { type: number }
        object: { const: kettle }
        id: { type: string }
        volume: { type: number }
        color: { type: string }
        state: { $ref: "#/components/schemas/State" }
        power: { type: string }
        parts:
          type: array
          items: { $ref: "#/components/schemas/Part" }
        content:
          anyOf:
            - { type: array, items: { type: string } }
            - { type: "null" }
            - { type: string }
            - { type: number }
        lid: { $ref: "#/components/schemas/Lid" }
    Part:
      oneOf:
        - { $ref: "#/components/schemas/Whistle" }
        - { $ref: "#/components/schemas/Spout" }
        - { $ref: "#/components/schemas/Handle" }
    Lid:
      type: object
      required: [kind]
      properties:
        kind: { type: string, enum: [hinged, loose] }
        open: { type: boolean }
    State: { type: string, enum: [boiling, off, on] }
    Handle:
      type: object
      required: [type]
      properties: { type: { const: handle }, material: { type: string } }
    Spout:
      type: object
      required: [type]
      properties: { type: { const: spout }, length: { type: number } }
    Whistle:
      type: object
      required: [type]
      properties: { type: { const: whistle }, tone: { type: string } }
`;

const renames = `${config}
schemas:
  Kettle:
    members:
      volume: { renamed_from: litres }
`;

function importText(document: string, choices: string, lock?: string): ImportResult {
  return importSchemas({
    document: { name: "openapi.yaml", bytes: Buffer.from(document) },
    config: { name: "import.yaml", bytes: Buffer.from(choices) },
    lock,
  });
}

const first = importText(before, config);
const second = importText(after, renames, first.lock);

/** Returns the difference of two texts, without names of files. */
function difference(one: string, other: string): string {
  const patch = createPatch("", one, other, undefined, undefined, { context: 1 });
  return patch.slice(patch.indexOf("@@"));
}

describe("A second import of a document that changed", { timeout: 30_000 }, () => {
  it("passes buf breaking, and has a readable difference", async () => {
    const [one, other] = [first, second].map(({ files }) => new BufModule(files));
    expect(other?.run("breaking", "--against", `${one?.folder}/proto`)).toBe("");
    expect(other?.run("lint")).toBe("");
    const [{ text: old } = { text: "" }] = first.files;
    const [{ text } = { text: "" }] = second.files;
    await expect(difference(old, text)).toMatchFileSnapshot("golden/reimport.diff");
    await expect(difference(first.lock, second.lock)).toMatchFileSnapshot(
      "golden/reimport.lock.diff",
    );
  });

  it("is the same again, and again", () => {
    const third = importText(after, renames, second.lock);
    expect(third.files).toEqual(second.files);
    expect(third.lock).toBe(second.lock);
    // The rename is done: the config no longer needs it.
    expect(importText(after, config, second.lock).files).toEqual(second.files);
  });

  it("says what is lost", () => {
    expect(second.report.changes.filter(({ isLoss }) => isLoss).map(({ place }) => place)).toEqual([
      "Kettle.tags",
      "Kettle.power",
    ]);
  });

  it("reads binary of before as the same JSON", () => {
    const old = kettleOf(first.files);
    const current = kettleOf(second.files);
    const documents = [
      {
        id: "k1",
        object: "kettle",
        state: "off",
        color: null,
        lid: { kind: "hinged", open: false },
        content: ["a", "b"],
        parts: [{ type: "spout", length: 2.5 }, { type: "handle" }, { type: "whistle", tone: "c" }],
      },
      { id: "", object: "kettle", state: "on", parts: [], content: "", extra: [1] },
    ];
    for (const document of documents) {
      const binary = toBinary(old, fromOpenAI(old, { ...document, litres: 0, tags: ["x"] }));
      const json = toOpenAI(current, fromBinary(current, binary));
      // Removed members are lost, renamed ones have the new name.
      expect(json).toEqual({ ...document, volume: 0 });
    }
  });
});

function kettleOf(files: ImportResult["files"]): DescMessage {
  const protos = Object.fromEntries(files.map(({ path, text }) => [path, text]));
  const schema = registryOf(buildProtos(protos)).getMessage("acme.kettle.v1.Kettle");
  if (schema === undefined) {
    throw new Error("the import has no message Kettle");
  }
  return schema;
}
