import { describe, expect, it } from "vitest";
import { hasDocument, importResponses, staleFiles } from "../library/responses-import.ts";

const reason = hasDocument() ? "" : " (skipped: no folder ../shared/openapi beside the project)";

describe.skipIf(!hasDocument())(`the model of Responses${reason}`, () => {
  it("is what the generator makes of OpenAI's document, with nothing that it cannot express", {
    timeout: 60_000,
  }, () => {
    const imported = importResponses();
    expect(staleFiles(imported).map(({ path }) => path)).toEqual([]);
    expect(imported.report.verbatim).toEqual([]);
  });
});
