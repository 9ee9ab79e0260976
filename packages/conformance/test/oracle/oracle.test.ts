import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Mode, OpenAIJsonError } from "@stepwire/openai-json";
import { hasCorpus, jsonDifference, projectRoot } from "@stepwire/testing";
import { createTranscoder } from "@stepwire/transcode";
import { describe, expect, test } from "vitest";
import { kindOfError, lostMembers } from "./differences.js";
import { canonicalDocuments, schemas } from "./documents.js";
import { askOracles, type OracleDocument, type OracleType, type Rewritten } from "./oracles.js";

const page = join(projectRoot, "docs/model.md");
const documents = canonicalDocuments();
const answers = askOracles(documents);

/** Its page does not write the constant `"object": "list"`, which only `archive` does without. */
const pagesWithoutObject = "openai-go";

/** Each document with what a package made of it. */
function pairs(results: readonly Rewritten[]): { document: OracleDocument; result: Rewritten }[] {
  return documents.map((document, index) => ({ document, result: results[index] ?? {} }));
}

/** The rows of the page: what packages refuse or lose. */
function rowsOf(found: (document: OracleDocument, result: Rewritten) => string[]): string[] {
  const rows = [...answers].flatMap(([name, results]) =>
    pairs(results).flatMap(({ document, result }) =>
      found(document, result).map((what) => `| \`${name}\` | \`${document.type}\` | \`${what}\` |`),
    ),
  );
  return [...new Set(rows)].sort();
}

const refused = rowsOf((_document, { errors = [] }) => errors.map(kindOfError));
const lost = rowsOf((document, { json }) =>
  json === undefined ? [] : lostMembers(JSON.parse(document.json), JSON.parse(json)),
);

/** The rows of a table on the page, which is rewritten first if UPDATE is 1. */
function onPage(marker: string, rows: readonly string[]): string[] {
  const pattern = new RegExp(`(<!-- ${marker} -->\n(?:\\|.*\n){2})((?:\\|.*\n)*)`);
  const content = readFileSync(page, "utf8");
  if (process.env["UPDATE"] === "1") {
    const lines = rows.map((row) => `${row}\n`).join("");
    writeFileSync(
      page,
      content.replace(pattern, (_all, head: string) => head + lines),
    );
    return [...rows];
  }
  return (pattern.exec(content)?.[2] ?? "").split("\n").filter((line) => line !== "");
}

/** Where the corpus is absent, fewer rows show themselves. */
function expected(rows: readonly string[]): unknown {
  return hasCorpus ? rows : expect.arrayContaining([...rows]);
}

test("there are documents of each type, and answers for all", () => {
  for (const type of Object.keys(schemas)) {
    expect(documents.filter((document) => document.type === type).length).toBeGreaterThan(5);
  }
  expect(answers.size).toBe(4);
  for (const results of answers.values()) {
    expect(results.length).toBe(documents.length);
  }
});

test("what packages cannot read of what we write stands in docs/model.md", () => {
  expect(onPage("oracle: refused", refused)).toEqual(expected(refused));
});

test("what packages lose stands in docs/model.md", () => {
  expect(onPage("oracle: lost", lost)).toEqual(expected(lost));
});

describe("what a package writes is taken and given back equal", () => {
  test.each([...answers.keys()])("%s", (name) => {
    const differences = pairs(answers.get(name) ?? []).flatMap(({ document, result }) => {
      const mode =
        pagesWithoutObject === name && document.type === "RunStepList" ? "archive" : "preserve";
      const { json } = result;
      const difference = json === undefined ? undefined : roundTrip(document.type, json, mode);
      return difference === undefined ? [] : [`${document.name}: ${difference}`];
    });
    expect(differences).toEqual([]);
  });
});

/** Where the JSON that comes back differs, or why it is refused. */
function roundTrip(type: OracleType, json: string, mode: Mode): string | undefined {
  const transcoder = createTranscoder(schemas[type], { mode });
  try {
    return jsonDifference(json, transcoder.toJson(transcoder.toBinary(Buffer.from(json))));
  } catch (reason) {
    return OpenAIJsonError.from(reason).message;
  }
}
