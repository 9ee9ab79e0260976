import { expect, onTestFinished, test } from "vitest";
import { missingTool, pythonTool, rustTool } from "../../library/tools.ts";
import { buildWheel, wheelEnvironment } from "../integrations/support/python.ts";
import { Project } from "../packages/support/project.ts";
import { followTutorial } from "../support/tutorial.ts";

/** Long: Wasmtime is compiled, and packages are downloaded. */
const timeout = 1_800_000;

const missing = await missingTool([pythonTool, rustTool]);
if (missing !== undefined) {
  console.log(`SKIPPED: the tutorial of Python and TypeScript: ${missing}`);
}

test.skipIf(missing !== undefined && process.env["CI"] !== "true")(
  "issue 19: a Python and a TypeScript service, with binary between",
  { timeout },
  async () => {
    expect(missing).toBeUndefined();
    await buildWheel();
    const project = new Project();
    onTestFinished(() => project.remove(), timeout);
    await followTutorial(project, {
      document: "docs/tutorials/python-and-typescript.md",
      example: "examples/python-and-typescript",
      ports: [8000, 8080, 8081],
      environment: { ...project.environment, ...wheelEnvironment },
    });
  },
);
