import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "@stepwire/testing";
import { type ArchiveDamage, ArchiveWriter, readArchive } from "@stepwire/wire";
import { zstdCodec } from "@stepwire/wire/compressed";
import { describe, expect, test } from "vitest";
import { archiveVectors } from "../src/archives/cases.js";
import type { ArchiveVectorFile } from "../src/archives/format.js";
import { ARCHIVES, formatFile, readFiles } from "../src/files.js";

const committed = readFiles(ARCHIVES);
const current = await archiveVectors();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("the committed vectors are what reader and writer say now (else: pnpm vectors)", () => {
  const files = new Map(current.map((file) => [file.topic, formatFile(file)]));
  expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(files));
});

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, start + size);
  }
  await Promise.resolve();
}

describe.each(current)("$topic", ({ cases }) => {
  test("has a different name for each case", () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  test("has an error where the name says so", () => {
    for (const { name, error } of cases) {
      expect([name, error !== undefined]).toEqual([name, name.startsWith("error: ")]);
    }
  });

  test.each(cases)("$name: the same, in pieces of any size", async (vector) => {
    const archive = Buffer.from(vector.archive, "hex");
    for (const size of [1, 2, 7, 44, 100]) {
      const found: string[] = [];
      let reason: unknown;
      try {
        const options = { ...vector.options, codecs: [zstdCodec] };
        for await (const { bytes } of readArchive(pieces(archive, size), options)) {
          found.push(hex(bytes));
        }
      } catch (thrown) {
        reason = thrown;
      }
      expect(found).toEqual(vector.documents);
      if (vector.error === undefined) {
        expect(reason).toBeUndefined();
      } else {
        expect(reason).toMatchObject({ name: "ArchiveError", ...vector.error });
      }
    }
  });

  test.each(cases.filter(({ recovered }) => recovered !== undefined))(
    "$name: the rest, in pieces of any size",
    async ({ archive, options, recovered }) => {
      for (const size of [1, 7, 100]) {
        const found: [number, string][] = [];
        const damages: ArchiveDamage[] = [];
        const all = readArchive(pieces(Buffer.from(archive, "hex"), size), {
          ...options,
          codecs: [zstdCodec],
          onDamage: (damage) => damages.push(damage),
        });
        for await (const { number, bytes } of all) {
          found.push([number, hex(bytes)]);
        }
        expect(found).toEqual(recovered?.documents);
        const lost = damages.map(({ error, start, end, firstDocument, lastDocument }) => ({
          code: error.code,
          start,
          end,
          first: firstDocument,
          last: lastDocument ?? null,
        }));
        expect(lost).toEqual(recovered?.lost);
      }
    },
  );
});

test("a writer writes the archives of documents again", () => {
  const file: ArchiveVectorFile = JSON.parse(committed.get("archives/written") ?? "");
  for (const { name, type = "", id = "", blocks = [], documents, archive } of file.cases) {
    const writer = new ArchiveWriter(type, { id: Buffer.from(id, "hex") });
    const rest = documents.map((each) => Buffer.from(each, "hex"));
    const parts = blocks.flatMap((count) => [writer.write(rest.splice(0, count)), writer.flush()]);
    expect([name, hex(Buffer.concat([...parts, writer.end()]))]).toEqual([name, archive]);
  }
});

test("the example of the document is a vector", () => {
  const text = readFileSync(join(projectRoot, "docs/archive-format.md"), "utf8");
  const [, section = ""] = text.split("\n## Example\n");
  const rows = section.split("\n## ")[0]?.match(/^\| `.*$/gm) ?? [];
  const bytes = rows.flatMap((row) => row.split("|")[1]?.match(/\b[0-9a-f]{2}\b/g) ?? []);
  const file = current.find(({ topic }) => topic === "archives/written");
  const example = file?.cases.find(({ name }) => name === "two documents");
  expect(bytes.join("")).toBe(example?.archive);
});
