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

/** Which tests vitest runs. */
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

/** How a run ended. One that skipped everything says why: no tool for it is there. */
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

/** Nothing when vitest did not come as far as to write a report. */
function readCounts(file: string): Counts | undefined {
  try {
    return countVitest(JSON.parse(readFileSync(file, "utf8")) as VitestReport);
  } catch {
    return undefined;
  }
}

/** A stage that takes what processor time the others leave. */
function background(stage: Stage): Stage {
  return { name: stage.name, run: () => inBackground(() => stage.run()) };
}

/**
 * The test runners. Each is independent: a further language is an entry here, and none is
 * left out because another failed. Those in a list of their own run at the same time.
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
    // A language mostly waits for its downloads, or for one thread of its compiler.
    ...[goStage, javaStage, pythonStage, rustStage].map(background),
  ],
  // Alone, because they also measure: nothing may hold the browser up.
  vitest("browser", {
    parameters: ["--project=demo", "test/browser"],
    environment: { BROWSER_TESTS: "1" },
  }),
  // With what the four languages have built.
  vitest("all languages", {
    parameters: ["--project=conformance", "--project=demo", "test/languages"],
    environment: { LANGUAGE_TESTS: "1" },
  }),
];
