import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { printedSeed, projectRoot } from "@stepwire/testing";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { deviations } from "./generated-documents/deviations.js";
import { type OpenApiDocument, toOpenApiDocument } from "./generated-documents/schema.js";
import { type Outcome, tryDocuments } from "./generated-documents/trial.js";

const timeout = 600_000;

/**
 * The number of documents of the published schemas: few in `pnpm test`, because compiling 1,400
 * schemas takes long, and a tenth of what others try in `pnpm test:documents`.
 */
const given = process.env["STEPWIRE_DOCUMENTS"];
const count = given === undefined ? 150 : Math.max(2_000, Number(given) / 10);

const seed = printedSeed();
const page = readFileSync(join(projectRoot, "docs/your-own-api.md"), "utf8");
const published = join(projectRoot, "../shared/openapi/openai.yaml");

function readYaml(text: string): OpenApiDocument {
  return toOpenApiDocument(parse(text));
}

/** Prints a summary, and checks that nothing was lost or refused without a known reason. */
function verify(outcome: Outcome): void {
  const { documents, accepted, schemas, without } = outcome;
  const refused = deviations.map(({ name }) => `${name} ${outcome.deviations.get(name) ?? 0}`);
  console.log(
    `${documents} documents of ${schemas} schemas, ${accepted} accepted by strict; known deviations: ${refused.join(", ")}; no document for: ${without.join(", ")}`,
  );
  expect(outcome.problems.slice(0, 10)).toEqual([]);
  expect(outcome.fallbacks).toBe(0);
}

describe("issue 17: documents generated from the schemas that were imported", () => {
  test("of the invented API in docs/your-own-api.md", { timeout }, () => {
    const [, source] = /^`heron\.yaml`[\s\S]*?^```yaml\n([\s\S]*?)^```/mu.exec(page) ?? [];
    const outcome = tryDocuments(readYaml(source ?? ""), 200, seed);
    verify(outcome);
    expect(outcome.documents).toBe(200);
  });

  test("docs/your-own-api.md lists what strict refuses", () => {
    const [, section = ""] = page.split("## What `strict` refuses\n");
    const rows = [...section.matchAll(/^\| (?!a document has|---)(.+) \| (.+) \|$/gmu)];
    expect(rows.map(([, name, reason]) => ({ name, reason }))).toEqual(
      deviations.map(({ name, reason }) => ({ name, reason })),
    );
  });

  const missing = "no ../shared/openapi/openai.yaml beside the project";
  if (!existsSync(published)) {
    console.log(`SKIPPED: generated documents of the published API: ${missing}`);
  }
  test.skipIf(!existsSync(published))("of the published API of OpenAI", { timeout }, () => {
    const document = readYaml(readFileSync(published, "utf8"));
    const outcome = tryDocuments(document, count, seed);
    verify(outcome);
    // Some alternatives are written so that hardly any object fits exactly one of them.
    expect(outcome.without.length).toBeLessThanOrEqual(Math.ceil(count / 200));
    expect(outcome.documents).toBeGreaterThanOrEqual(count * 0.99);
  });
});
