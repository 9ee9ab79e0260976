import { expect, test } from "vitest";
import { buildNativeModule, pythonProgram } from "../../library/languages/python-environment.ts";
import { missingTool, pythonTool, rustTool } from "../../library/tools.ts";
import { must, RESULTS, withResults } from "./results.ts";

const missing = await missingTool([pythonTool, rustTool]);
if (missing !== undefined && process.env["CI"] === "true") {
  throw new Error(`${missing}; CI needs it`);
}

test.skipIf(missing !== undefined)(
  "Python: recorded streams, a million calls, and eight threads",
  { timeout: 40 * 60_000 },
  async () => {
    await must(["node", "scripts/generate-language.ts", "rust"]);
    await must(["node", "scripts/generate-language.ts", "python"]);
    const built = await buildNativeModule("optimized");
    expect(built.succeeded, built.output).toBe(true);
    await withResults(async (folder) => {
      const environment = folder === undefined ? {} : { [RESULTS]: folder };
      const command = [pythonProgram("python"), "-m", "pytest", "tests/long_tests.py"];
      const output = await must(command, "packages/stepwire-py", environment);
      console.log(output);
    });
  },
);
