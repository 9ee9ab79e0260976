import { rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { root } from "../../library/command.ts";
import { readJavaCounts } from "../../library/languages/java.ts";
import { javaTool, missingTool, rustTool } from "../../library/tools.ts";
import { must, RESULTS, withResults } from "./results.ts";

const missing = await missingTool([javaTool, rustTool]);
if (missing !== undefined && process.env["CI"] === "true") {
  throw new Error(`${missing}; CI needs it`);
}

const minutes = 60_000;
const directory = "packages/stepwire-java";
const maven = process.platform === "win32" ? "mvnw.cmd" : "./mvnw";

async function verify(
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  rmSync(join(root, directory, "target/surefire-reports"), { recursive: true, force: true });
  await must([maven, "-q", "-B", "verify", ...parameters], directory, environment);
  return readJavaCounts();
}

beforeAll(async () => {
  if (missing === undefined) {
    await must(["node", "scripts/generate-language.ts", "java"]);
    await must(["node", "scripts/build-java-library.ts"]);
  }
}, 30 * minutes);

for (const engine of ["native", "pure"]) {
  test.skipIf(missing !== undefined)(
    `Java: the ${engine} engine passes all tests, and the recorded streams become the same as in TypeScript`,
    { timeout: 10 * minutes },
    async () => {
      await withResults(async (folder) => {
        const counts = await verify(
          [`-Dstepwire.engine=${engine}`],
          folder === undefined ? {} : { [RESULTS]: folder },
        );
        expect(counts).toMatchObject({ failed: 0, skipped: 0 });
        expect(counts.passed).toBeGreaterThan(folder === undefined ? 4000 : 4300);
      });
    },
  );

  test.skipIf(missing !== undefined)(
    `Java: a million calls of the ${engine} engine by eight threads need no more memory`,
    { timeout: 20 * minutes },
    async () => {
      const parameters = ["-Dexcluded.tests=none", "-Dgroups=long"];
      const counts = await verify([`-Dstepwire.engine=${engine}`, ...parameters]);
      expect(counts).toEqual({ passed: 1, failed: 0, skipped: 0 });
    },
  );
}
