import { expect, test } from "vitest";
import { countGo } from "../../library/languages/go.ts";
import { goTool, missingTool } from "../../library/tools.ts";
import { must, RESULTS, withResults } from "./results.ts";

/** The race detector needs a C compiler; the package does not. */
const tools = [goTool, { name: "gcc", command: ["gcc", "--version"] }];
const missing = await missingTool(tools);
if (missing !== undefined && process.env["CI"] === "true") {
  throw new Error(`${missing}; CI needs it`);
}

const minutes = 60_000;

function goTest(parameters: readonly string[], environment: Readonly<Record<string, string>>) {
  const command = ["go", "test", "-json", "-timeout=30m", ...parameters];
  return must(command, "packages/stepwire-go", { STEPWIRE_LONG: "1", ...environment });
}

test.skipIf(missing !== undefined)(
  "Go: the recorded streams become the same as in TypeScript",
  { timeout: 10 * minutes },
  async () => {
    await must(["node", "scripts/generate-language.ts", "go"]);
    await withResults(async (folder) => {
      const environment = { CGO_ENABLED: "0", ...(folder && { [RESULTS]: folder }) };
      const output = await goTest(["-run=TestResultsOfTypeScript", "."], environment);
      const { passed } = countGo(output);
      expect(passed).toBeGreaterThan(folder === undefined ? -1 : 300);
    });
  },
);

test.skipIf(missing !== undefined)(
  "Go: millions of calls need no more memory",
  { timeout: 20 * minutes },
  async () => {
    const output = await goTest(["-run=TestMillionsOfCalls", "."], { CGO_ENABLED: "0" });
    expect(countGo(output)).toEqual({ passed: 1, failed: 0, skipped: 0 });
  },
);

test.skipIf(missing !== undefined)(
  "Go: eight goroutines have no races",
  { timeout: 20 * minutes },
  async () => {
    const parameters = ["-race", "-skip=TestMillionsOfCalls|TestResultsOfTypeScript", "./..."];
    const output = await goTest(parameters, { CGO_ENABLED: "1" });
    expect(countGo(output)).toMatchObject({ failed: 0 });
    expect(countGo(output).passed).toBeGreaterThan(100);
  },
);
