import { join } from "node:path";
import { root, run } from "../command.ts";
import type { Counts, Outcome, Stage } from "../stage.ts";
import { rustTool } from "../tools.ts";
import { languageStage } from "./language.ts";

const directory = join(root, "packages/stepwire-rs");

/** Counts tests by result, from the output of `cargo test`. */
export function countCargo(output: string): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [, passed, failed, ignored] of output.matchAll(
    /^test result: .*?(\d+) passed; (\d+) failed; (\d+) ignored/gm,
  )) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
    counts.skipped += Number(ignored);
  }
  return counts;
}

/**
 * Runs the tests with the interpreter, which is built in half a minute. Building Wasmtime takes
 * minutes, and building zstd takes one, so a separate CI job runs the same tests with them. That job
 * also runs clippy, which has to compile everything again.
 */
async function testRust(): Promise<Outcome> {
  const formatted = await run(["cargo", "fmt", "--check"], { directory });
  if (!formatted.succeeded) {
    return { state: "failed", output: formatted.output };
  }
  const { succeeded, output } = await run(
    ["cargo", "test", "--quiet", "--no-default-features", "--features", "messages,wasmi"],
    { directory },
  );
  const counts = countCargo(output);
  return succeeded
    ? { state: "passed", counts, note: `${counts.passed} tests` }
    : { state: "failed", counts, output };
}

/** The tests of the Rust crate. */
export const rustStage: Stage = languageStage({
  language: "rust",
  tools: [rustTool],
  test: testRust,
});
