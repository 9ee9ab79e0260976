import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run, runAll } from "../command.ts";
import type { Counts, Outcome, Stage } from "../stage.ts";
import { pythonTool, rustTool } from "../tools.ts";
import { generateOnce, languageStage } from "./language.ts";
import { buildNativeModule, pythonProgram } from "./python-environment.ts";

const directory = join(root, "packages/stepwire-py");

/** What ruff checks, with the configuration of the package. */
const sources = [
  "--config",
  "pyproject.toml",
  ".",
  "../../examples/python",
  "../../examples/spark",
  "../../examples/openai-python",
  "../../examples/langchain-python",
  "../../examples/kafka",
  "../../examples/litellm",
  "../../examples/python-and-typescript",
  "../../scripts/test/brokers",
];

/** Counts tests by result, from a JUnit report. */
export function countJUnit(report: string): Counts {
  const suite = /<testsuite [^>]*>/.exec(report)?.[0] ?? "";
  const count = (name: string): number =>
    Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  // pytest reports an expected failure as skipped; an unexpected pass is a failure.
  const skipped = (report.match(/<skipped type="pytest\.skip"/g) ?? []).length;
  return { passed: count("tests") - failed - skipped, failed, skipped };
}

async function testPython(): Promise<Outcome> {
  const crate = await generateOnce("rust");
  const built = crate.succeeded ? await buildNativeModule("quick") : crate;
  if (!built.succeeded) {
    return { state: "failed", output: built.output };
  }
  const linted = await runAll(
    [
      [pythonProgram("ruff"), "check", "--quiet", ...sources],
      [pythonProgram("ruff"), "format", "--quiet", "--check", ...sources],
      [pythonProgram("mypy")],
    ],
    { directory },
  );
  if (!linted.succeeded) {
    return { state: "failed", output: linted.output };
  }
  const folder = mkdtempSync(join(tmpdir(), "stepwire-"));
  try {
    const report = join(folder, "report.xml");
    const { succeeded, output } = await run([pythonProgram("pytest"), `--junitxml=${report}`], {
      directory,
    });
    const counts = countJUnit(readFileSync(report, "utf8"));
    return succeeded
      ? { state: "passed", counts, note: `${counts.passed} tests` }
      : { state: "failed", counts, output };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The tests of the Python package. */
export const pythonStage: Stage = languageStage({
  language: "python",
  tools: [pythonTool, rustTool],
  test: testPython,
});
