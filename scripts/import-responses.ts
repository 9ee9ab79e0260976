/*
 * Makes the `.proto` files of Responses from OpenAI's OpenAPI document. With --check, it only reports
 * whether they are stale. Without the document, it says so and changes nothing.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { summarizeReport } from "../packages/openapi-to-proto/src/index.ts";
import { root } from "./library/command.ts";
import { hasDocument, importResponses, staleFiles } from "./library/responses-import.ts";

if (!hasDocument()) {
  console.log("skipped: ../shared/openapi/openai.yaml is not there");
} else {
  const imported = importResponses();
  const stale = staleFiles(imported);
  if (process.argv.includes("--check")) {
    for (const { path } of stale) {
      console.log(`${path} is stale; run pnpm import:responses`);
    }
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    for (const { path, text } of stale) {
      writeFileSync(join(root, path), text);
      console.log(`wrote ${path}`);
    }
    console.log(summarizeReport(imported.report).join("\n"));
  }
}
