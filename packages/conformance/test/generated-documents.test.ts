import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createRegistry } from "@bufbuild/protobuf";
import { files } from "@stepwire/core/registry";
import {
  ResponseApiErrorBodySchema,
  ResponseCompactionResultSchema,
  ResponseCompactRequestSchema,
  ResponseInputTokensRequestSchema,
  ResponseInputTokensSchema,
  ResponseItemListSchema,
  ResponseRequestSchema,
  ResponseSchema,
  ResponseStreamEventSchema,
} from "@stepwire/core/responses";
import { printedSeed, projectRoot } from "@stepwire/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { configDeviations, deviations } from "./generated-documents/deviations.js";
import { type OpenApiDocument, toOpenApiDocument } from "./generated-documents/schema.js";
import { type Outcome, tryImport, tryMessages } from "./generated-documents/trial.js";

const timeout = 600_000;

const everyDeviation = [...deviations, ...configDeviations];

/** The roots of proto/stepwire/responses/v1, with the schemas that they are made from. */
const responses = [
  { schema: "Response", message: ResponseSchema },
  { schema: "CreateResponse", message: ResponseRequestSchema },
  { schema: "ResponseItemList", message: ResponseItemListSchema },
  { schema: "ResponseStreamEvent", message: ResponseStreamEventSchema, eventTag: "type" },
  { schema: "TokenCountsBody", message: ResponseInputTokensRequestSchema },
  { schema: "TokenCountsResource", message: ResponseInputTokensSchema },
  { schema: "CompactResponseMethodPublicBody", message: ResponseCompactRequestSchema },
  { schema: "CompactResource", message: ResponseCompactionResultSchema },
  { schema: "ErrorResponse", message: ResponseApiErrorBodySchema },
];

/**
 * The number of documents of the published schemas: few in `pnpm test`, because compiling 1,400
 * schemas takes long, and a tenth of what others try in `pnpm test:documents`.
 */
const given = process.env["STEPWIRE_DOCUMENTS"];
const count = given === undefined ? 150 : Math.max(2_000, Number(given) / 10);

const seed = printedSeed();
const page = readFileSync(join(projectRoot, "docs/tutorials/another-api.md"), "utf8");
const published = join(projectRoot, "../shared/openapi/openai.yaml");

function readYaml(text: string): OpenApiDocument {
  return toOpenApiDocument(parse(text));
}

/** Prints a summary, and checks that nothing was lost or refused without a known reason. */
function verify(outcome: Outcome): void {
  const { documents, accepted, schemas, without } = outcome;
  const refused = everyDeviation.map(({ name }) => `${name} ${outcome.deviations.get(name) ?? 0}`);
  console.log(
    `${documents} documents of ${schemas} schemas, ${accepted} accepted by strict; known deviations: ${refused.join(", ")}; no document for: ${without.join(", ")}`,
  );
  expect(outcome.problems.slice(0, 10)).toEqual([]);
  expect(outcome.fallbacks).toBe(0);
}

describe("issue 17: documents generated from the schemas that were imported", () => {
  test("of the invented API in docs/tutorials/another-api.md", { timeout }, () => {
    const [, source] = /^`heron\.yaml`[\s\S]*?^```yaml\n([\s\S]*?)^```/mu.exec(page) ?? [];
    const outcome = tryImport(readYaml(source ?? ""), { count: 200, seed });
    verify(outcome);
    expect(outcome.documents).toBe(200);
  });

  test("of unusual schemas", { timeout }, () => {
    const path = join(import.meta.dirname, "generated-documents/unusual.yaml");
    const outcome = tryImport(readYaml(readFileSync(path, "utf8")), { count: 200, seed });
    verify(outcome);
    expect(outcome.documents).toBe(200);
  });

  test("docs/tutorials/another-api.md lists what strict refuses", () => {
    const [, section = ""] = page.split("## What `strict` refuses\n");
    const rows = [...section.matchAll(/^\| (?!a document has|---)(.+) \| (.+) \|$/gmu)];
    expect(rows.map(([, name, reason]) => ({ name, reason }))).toEqual(
      everyDeviation.map(({ name, reason }) => ({ name, reason })),
    );
  });

  const missing = "no ../shared/openapi/openai.yaml beside the project";
  if (!existsSync(published)) {
    console.log(`SKIPPED: generated documents of the published API: ${missing}`);
  }
  describe.skipIf(!existsSync(published))("with OpenAI's published document", () => {
    let document: OpenApiDocument;
    beforeAll(() => {
      document = readYaml(readFileSync(published, "utf8"));
    }, timeout);

    test("of all schemas", { timeout }, () => {
      const outcome = tryImport(document, { count, seed });
      verify(outcome);
      // Some alternatives are written so that hardly any object fits exactly one of them.
      expect(outcome.without.length).toBeLessThanOrEqual(Math.ceil(count / 100));
      expect(outcome.documents).toBeGreaterThanOrEqual(count - outcome.without.length);
    });

    test("of Responses, whose config changes some schemas", { timeout }, () => {
      const outcome = tryMessages(document, createRegistry(...files), {
        targets: responses,
        known: everyDeviation,
        count,
        seed,
      });
      verify(outcome);
      expect(outcome.documents).toBe(count);
    });
  });
});
