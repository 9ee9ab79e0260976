import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./command.ts";
import type { Counts, Outcome, Stage } from "./stage.ts";

/** The part of vitest's JSON report that is read here. */
export interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

/** A file that fails before its first test reports no test; it counts as one failure. */
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

const vitest: Stage = {
  name: "vitest",
  async run(): Promise<Outcome> {
    const folder = mkdtempSync(join(tmpdir(), "stepwire-"));
    const file = join(folder, "report.json");
    try {
      const { succeeded, output } = await run([
        "vitest",
        "run",
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${file}`,
      ]);
      const counts = readCounts(file);
      const failed = !succeeded || counts === undefined || counts.failed > 0;
      return {
        state: failed ? "failed" : "passed",
        output,
        ...(counts && { counts, note: `${counts.passed} tests` }),
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** Nothing when vitest did not come as far as to write a report. */
function readCounts(file: string): Counts | undefined {
  try {
    return countVitest(JSON.parse(readFileSync(file, "utf8")) as VitestReport);
  } catch {
    return undefined;
  }
}

/**
 * The test runners. Each stands for itself: a further language is an entry here,
 * and none is left out because another failed.
 */
export const suites: Stage[] = [vitest];
