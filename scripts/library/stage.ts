import { styleText } from "node:util";

/** How many tests ended in which way. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** How a stage ended. */
export interface Outcome {
  state: "passed" | "failed" | "skipped";
  /** A few words behind the name: a count, or why the stage was skipped. */
  note?: string;
  /** What the tools said; shown when the stage failed. */
  output?: string;
  /** Only where the stage ran tests. */
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

/** The sum of all counts; a stage that failed without counts is one failure. */
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

/** The closing line, which others read: plain text, one form. */
export function closingLine(counts: Counts): string {
  const skipped = counts.skipped === 0 ? "" : `, ${counts.skipped} skipped`;
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
}
