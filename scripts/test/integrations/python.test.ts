import { beforeAll, describe, expect, it, onTestFinished, test } from "vitest";
import { missingTool, pythonTool, rustTool } from "../../library/tools.ts";
import { Project } from "../packages/support/project.ts";
import { compareRuns } from "./support/compare.ts";
import { buildWheel, installPythonExample } from "./support/python.ts";

/** Long: Wasmtime is compiled, and packages are downloaded. */
const timeout = 1_800_000;

describe("issue 19: Python libraries through an ingress", { timeout }, async () => {
  const missing = await missingTool([pythonTool, rustTool]);
  if (missing !== undefined) {
    console.log(`SKIPPED: integrations in Python: ${missing}`);
    test.skipIf(process.env["CI"] !== "true")(missing, () => expect.fail(missing));
    return;
  }
  beforeAll(buildWheel, timeout);

  it("openai: documents, streams, tools, uploads, errors, retries, timeouts and aborts", async () => {
    await compare("openai-python", {
      operations: [
        "create_completion",
        "create_completion_stream",
        "create_response_stream",
        "pass_through",
      ],
      prints: [
        "Größer als 🥐.",
        "12345678901234567890",
        "response.bakery.warm",
        "Köln",
        '"bytes":12',
        "404 model_not_found req_invented",
        "Request timed out.",
      ],
    });
  });

  it("langchain-openai: documents, streams, tools and Responses", async () => {
    await compare("langchain-python", {
      operations: [
        "create_completion",
        "create_completion_stream",
        "create_response",
        "create_response_stream",
      ],
      prints: ["Größer als 🥐.", "AIMessageChunk", "Köln"],
    });
  });
});

/** Compares the runs of an example. */
async function compare(
  name: string,
  expected: { readonly operations: string[]; readonly prints: string[] },
): Promise<void> {
  const project = new Project();
  onTestFinished(() => project.remove(), timeout);
  await installPythonExample(project, name);
  await compareRuns({
    run: (environment) => project.run(".venv/bin/python main.py", environment),
    ...expected,
  });
}
