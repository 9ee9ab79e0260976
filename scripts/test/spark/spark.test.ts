import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root, run } from "../../library/command.ts";
import { buildNativeModule, pythonProgram } from "../../library/languages/python-environment.ts";
import { missingTool, pythonTool, rustTool } from "../../library/tools.ts";

const directory = join(root, "packages/stepwire-py");
/** Spark has 450 MB, so it is installed only for this test. */
const packages = ["pyspark==4.3.0", "pyarrow==26.0.1"];

const tools = [pythonTool, rustTool, { name: "Java 17", command: ["java", "-version"] }];
const missing = await missingTool(tools);
if (missing !== undefined && process.env["CI"] === "true") {
  throw new Error(`${missing}; CI needs it`);
}

const minutes = 60_000;

async function must(
  command: string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { succeeded, output } = await run(command, {
    directory: join(root, "examples/spark"),
    environment,
  });
  expect(succeeded, output).toBe(true);
  return output;
}

test.skipIf(missing !== undefined)(
  "the example converts folders on two executors, and one of them is killed",
  { timeout: 60 * minutes },
  async () => {
    for (const language of ["rust", "python"]) {
      await must(["node", join(root, "scripts/generate-language.ts"), language]);
    }
    const built = await buildNativeModule("optimized");
    expect(built.succeeded, built.output).toBe(true);
    const environment = join(directory, ".venv-spark");
    const python = join(environment, process.platform === "win32" ? "Scripts" : "bin", "python");
    if (!existsSync(python)) {
      await must([pythonProgram("python"), "-m", "venv", environment]);
    }
    const tested = ["pytest==9.2.0", "protobuf==7.36.2", "typing-extensions"];
    await must([python, "-m", "pip", "install", "--quiet", ...packages, ...tested]);
    const output = await must([python, "-m", "pytest", "-p", "no:cacheprovider"], {
      PYTHONPATH: join(directory, "src"),
    });
    expect(output).toMatch(/\b5 passed\b/);
  },
);
