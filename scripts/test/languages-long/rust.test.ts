import { expect, test } from "vitest";
import { countCargo } from "../../library/languages/rust.ts";
import { missingTool, rustTool } from "../../library/tools.ts";
import { must, RESULTS, withResults } from "./results.ts";

const missing = await missingTool([rustTool]);
if (missing !== undefined && process.env["CI"] === "true") {
  throw new Error(`${missing}; CI needs it`);
}

const minutes = 60_000;

/** Runs tests with the kernel as machine code, which takes minutes to build. */
function cargoTest(name: string, environment: Readonly<Record<string, string>>) {
  const command = ["cargo", "test", "--release", "--features=zstd", `--test=${name}`];
  return must([...command, "--", "--nocapture"], "packages/stepwire-rs", environment);
}

test.skipIf(missing !== undefined)(
  "Rust: the recorded streams become the same as in TypeScript, in eight threads",
  { timeout: 30 * minutes },
  async () => {
    await must(["node", "scripts/generate-language.ts", "rust"]);
    await withResults(async (folder) => {
      const output = await cargoTest("event_vectors", folder ? { [RESULTS]: folder } : {});
      expect(countCargo(output)).toEqual({ passed: 3, failed: 0, skipped: 0 });
      expect(output).toMatch(folder === undefined ? /skipped: / : /\d{3} streams/);
    });
  },
);

test.skipIf(missing !== undefined)(
  "Rust: a million calls in eight threads need no more memory",
  { timeout: 30 * minutes },
  async () => {
    const output = await cargoTest("growth", { STEPWIRE_LONG: "1" });
    expect(countCargo(output)).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(output).toContain("1000000 calls");
  },
);

test.skipIf(missing !== undefined)(
  "Rust: a client talks to a server",
  { timeout: 30 * minutes },
  async () => {
    const command = ["cargo", "test", "--quiet"];
    // The target folder of the package, so that less is compiled twice.
    const environment = { CARGO_TARGET_DIR: "../target" };
    const output = await must(command, "packages/stepwire-rs/service", environment);
    expect(countCargo(output)).toMatchObject({ passed: 1, failed: 0 });
  },
);
