import { styleText } from "node:util";

/** The number of tests by result. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The result of a stage. */
export interface Outcome {
  state: "passed" | "failed" | "skipped";
  /** A short text after the name: a count, or why the stage was skipped. */
  note?: string;
  /** The output of the tools; shown if the stage failed. */
  output?: string;
  /** Set only if the stage ran tests. */
  counts?: Counts;
}

/** One step of the test command. */
export interface Stage {
  name: string;
  run(): Promise<Outcome>;
}

const marks = {
  passed: styleText("green", "ok"),
  failed: styleText("red", "FAILED"),
  skipped: styleText("yellow", "skipped"),
};

/** Runs a stage and prints its line, and all of its output if it failed. */
export async function runStage(stage: Stage): Promise<Outcome> {
  const start = performance.now();
  const outcome = await stage.run().catch(failedBy);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const note = outcome.note === undefined ? "" : `  ${outcome.note}`;
  console.log(`${stage.name.padEnd(20)}${seconds.padStart(6)} s  ${marks[outcome.state]}${note}`);
  if (outcome.state === "failed" && outcome.output !== undefined) {
    console.log(outcome.output.trimEnd());
  }
  return outcome;
}

function failedBy(error: unknown): Outcome {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { state: "failed", output: text };
}

/** Returns the sum of all counts. A failed stage without counts is one failure. */
export function sumUp(outcomes: Outcome[]): Counts {
  const sum: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const outcome of outcomes) {
    sum.passed += outcome.counts?.passed ?? 0;
    sum.skipped += outcome.counts?.skipped ?? 0;
    const failed = outcome.counts?.failed ?? 0;
    sum.failed += outcome.state === "failed" ? Math.max(failed, 1) : failed;
  }
  return sum;
}

/**
 * Returns the last line of the output. Other programs read it, so it is plain text in a fixed form.
 */
export function closingLine(counts: Counts): string {
  const skipped = counts.skipped === 0 ? "" : `, ${counts.skipped} skipped`;
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
}
