import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { inBackground, run } from "./command.ts";
import { goStage } from "./languages/go.ts";
import { javaStage } from "./languages/java.ts";
import { pythonStage } from "./languages/python.ts";
import { rustStage } from "./languages/rust.ts";
import type { Counts, Outcome, Stage } from "./stage.ts";

/** The part of vitest's JSON report that is used here. */
export interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

/**
 * Counts tests by result. A file that fails before its first test reports no tests; it counts as
 * one failure.
 */
export function countVitest(report: VitestReport): Counts {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** The tests that vitest should run. */
interface Selection {
  readonly parameters?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

function vitest(name: string, { parameters = [], environment = {} }: Selection = {}): Stage {
  return {
    name,
    async run(): Promise<Outcome> {
      const folder = mkdtempSync(join(tmpdir(), "stepwire-"));
      const file = join(folder, "report.json");
      try {
        const { succeeded, output } = await run(
          [
            "vitest",
            "run",
            "--reporter=default",
            "--reporter=json",
            `--outputFile.json=${file}`,
            ...parameters,
          ],
          { environment },
        );
        return judge(succeeded, output, readCounts(file));
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

/**
 * Returns the result of a run. If no test passed and none failed, the note says why they were
 * skipped.
 */
export function judge(succeeded: boolean, output: string, counts: Counts | undefined): Outcome {
  if (!succeeded || counts === undefined || counts.failed > 0) {
    return { state: "failed", output, ...(counts && { counts }) };
  }
  if (counts.passed === 0) {
    const reason = /SKIPPED: (.*)/.exec(stripVTControlCharacters(output))?.[1] ?? "no test ran";
    return { state: "skipped", output, counts, note: reason };
  }
  return { state: "passed", output, counts, note: `${counts.passed} tests` };
}

/** Returns undefined if vitest ended before it wrote a report. */
function readCounts(file: string): Counts | undefined {
  try {
    return countVitest(JSON.parse(readFileSync(file, "utf8")) as VitestReport);
  } catch {
    return undefined;
  }
}

/** Makes a stage run with low priority. */
function background(stage: Stage): Stage {
  return { name: stage.name, run: () => inBackground(() => stage.run()) };
}

/**
 * The test suites. They are independent: all of them run even if one fails, and a new language is a
 * new entry. Suites in an inner list run at the same time.
 */
export const suites: readonly (Stage | readonly Stage[])[] = [
  [
    vitest("vitest"),
    background(
      vitest("clean clone", {
        parameters: ["--project=scripts", "test/clone"],
        environment: { CLONE_TESTS: "1" },
      }),
    ),
    // Its crates take longest to compile, and Python waits for them.
    rustStage,
    // The others mostly wait for downloads, or for one thread of their compilers.
    ...[goStage, javaStage, pythonStage].map(background),
  ],
  // Runs alone, because it also measures times in the browser.
  vitest("browser", {
    parameters: ["--project=demo", "test/browser"],
    environment: { BROWSER_TESTS: "1" },
  }),
  // Uses what the four languages have built.
  vitest("all languages", {
    parameters: ["--project=conformance", "--project=demo", "test/languages"],
    environment: { LANGUAGE_TESTS: "1" },
  }),
  // Runs alone, because it compares times.
  vitest("growth", {
    parameters: ["--project=fuzz", "--retry=2", "test/growth"],
    environment: { GROWTH_TESTS: "1" },
  }),
];
