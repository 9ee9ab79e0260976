import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { minifyJson, type TextRange } from "@stepwire/json";
import { describe, expect, it } from "vitest";
import { convert } from "../../src/engine/convert.js";
import type { BinaryField, Mode } from "../../src/model/conversion.js";
import type { FileConversion } from "../../src/model/protocol.js";

const folder = fileURLToPath(new URL("../../../../samples", import.meta.url));
const samples = globSync("**/*.{json,jsonl,sse}", { cwd: folder }).sort();

async function convertText(text: string, mode: Mode = "preserve"): Promise<FileConversion> {
  const bytes = new TextEncoder().encode(text);
  const { conversion } = await convert({ text, bytes, isSmall: true }, { mode }, () => {});
  return conversion;
}

const keyOf = (document: number, pointer: string): string => `${document}${pointer}`;

describe.each(samples)("%s", (name) => {
  const text = readFileSync(join(folder, name), "utf8");

  it("comes back equal, in every mode that takes it", async () => {
    for (const mode of ["preserve", "archive"] as const) {
      const { outcome, differences, violations } = await convertText(text, mode);
      expect(differences).toEqual([]);
      expect(outcome).toBe("equal");
      expect(violations[mode]).toEqual([]);
    }
  });

  it("has every byte explained, by values that are in the text", async () => {
    const { fields, places, binary, form } = await convertText(text);
    const byPointer = new Map(places.map((place) => [keyOf(place.document, place.pointer), place]));
    let end = 0;
    for (const field of fields) {
      expect(field.tag.start).toBeLessThanOrEqual(end);
      end = Math.max(end, ownEnd(field));
      const linked = field.pointers.map((pointer) => byPointer.get(keyOf(field.document, pointer)));
      if (field.path.endsWith(".absent_fields")) {
        // It names members that are not in the text.
        expect(linked.filter((place) => place !== undefined)).toEqual([]);
        continue;
      }
      expect(linked, field.path).not.toContain(undefined);
      if (field.kind === "string" && !field.isResidue) {
        const ranges = linked.flatMap((place) => [place, place?.name]);
        const strings = ranges.flatMap((range) => (range ? stringsAt(text, range) : []));
        expect(strings).toContain(field.text);
      }
      if (field.tagPointer !== undefined) {
        const isNamed = form !== "events" || /^event:/m.test(text);
        const isInText = byPointer.has(keyOf(field.document, field.tagPointer));
        expect(isInText, field.path).toBe(isNamed);
      }
    }
    expect(end).toBe(binary.length);
  });
});

/** Returns the end of a field; if it contains fields, the start of the first one. */
function ownEnd({ kind, value }: BinaryField): number {
  return kind === "message" || kind === "size" ? value.start : value.end;
}

/** Returns the string at a place of the text, as its field describes it, and its JSON. */
function stringsAt(text: string, { start, end }: TextRange): string[] {
  const piece = text.slice(start, end);
  return piece.startsWith('"')
    ? [JSON.stringify(JSON.parse(piece))]
    : [JSON.stringify(piece), JSON.stringify(minifyJson(piece))];
}

it("tells what is wrong in each mode, and where", async () => {
  const text = readFileSync(join(folder, "foreign-tool.json"), "utf8");
  const { outcome, violations } = await convertText(text, "strict");
  expect(outcome).toBe("refused");
  expect(violations.preserve).toEqual([]);
  expect(
    violations.strict?.map(({ range }) => range && text.slice(range.start, range.end)),
  ).toEqual(['"paused"', '"kitchen_scale"', '"kitchen_scale"', '"trace_id"']);
});

it.each([
  ['{"object":"thread.run.step","id":"a"}', "{"],
  ['{"a":1,"a":2}', '"a"'],
  [
    'event: thread.run.step.delta\ndata: {"id":1,"object":"thread.run.step.delta","delta":{}}\n\n',
    "1",
  ],
  ['{"a":"é" x}', "x"],
])("marks the place in %j", async (text, marked) => {
  const { violations } = await convertText(text, "strict");
  expect(
    violations.strict?.map(({ range }) => range && text.slice(range.start, range.end)),
  ).toContain(marked);
});

it("takes what is neither a document nor JSON for what it is", async () => {
  for (const text of ["", "  ", "[]", "nothing", "{}x", "data: x"]) {
    expect((await convertText(text)).outcome, text).toBe("refused");
  }
  expect((await convertText(`{"object":"letter"}`)).type).toMatchObject({
    name: "document",
    label: "object of an unknown kind",
  });
});
