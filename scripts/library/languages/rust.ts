import { join } from "node:path";
import { root, run, runAll } from "../command.ts";
import type { Counts, Outcome, Stage } from "../stage.ts";
import { languageStage } from "./language.ts";

const directory = join(root, "packages/stepwire-rs");

/** Tests by how they ended, of what `cargo test` says. */
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
 * Tests with the interpreter, which is built in half a minute. Wasmtime takes minutes, so
 * the same tests run with it in a CI job of their own.
 */
async function testRust(): Promise<Outcome> {
  const interpreted = ["--no-default-features", "--features", "wasmi"];
  const linted = await runAll(
    [
      ["cargo", "fmt", "--check"],
      ["cargo", "clippy", "--quiet", "--all-targets", ...interpreted, "--", "-D", "warnings"],
    ],
    { directory },
  );
  if (!linted.succeeded) {
    return { state: "failed", output: linted.output };
  }
  const { succeeded, output } = await run(["cargo", "test", "--quiet", ...interpreted], {
    directory,
  });
  const counts = countCargo(output);
  return succeeded
    ? { state: "passed", counts, note: `${counts.passed} tests` }
    : { state: "failed", counts, output };
}

/** The tests of the Rust crate. */
export const rustStage: Stage = languageStage({
  language: "rust",
  tools: [{ command: ["cargo", "--version"], name: "Rust" }],
  test: testRust,
});
