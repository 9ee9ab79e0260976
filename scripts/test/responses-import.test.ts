import { describe, expect, it } from "vitest";
import { hasDocument, importResponses, staleFiles } from "../library/responses-import.ts";

describe.skipIf(!hasDocument())(
  `the model of Responses${hasDocument() ? "" : " (skipped: no ../shared/openapi)"}`,
  () => {
    it("is what the generator makes of OpenAI's document", () => {
      expect(staleFiles(importResponses()).map(({ path }) => path)).toEqual([]);
    });

    it("has no member that is verbatim because the generator cannot express it", () => {
      expect(importResponses().report.verbatim).toEqual([]);
    });
  },
);
