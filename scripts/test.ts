/*
 * The test command: runs all checks and tests; it also works in a fresh clone. Prints one line for
 * each stage. The last line is a summary in plain text.
 */
import { checks } from "./library/checks.ts";
import { closingLine, type Outcome, runStage, type Stage, sumUp } from "./library/stage.ts";
import { suites } from "./library/suites.ts";

const outcomes: Outcome[] = [];

for (const check of checks) {
  outcomes.push(...(await runTogether(check)));
  if (outcomes.some(({ state }) => state === "failed")) {
    break;
  }
}
if (outcomes.every(({ state }) => state !== "failed")) {
  for (const suite of suites) {
    outcomes.push(...(await runTogether(suite)));
  }
}

async function runTogether(stages: Stage | readonly Stage[]): Promise<Outcome[]> {
  return await Promise.all([stages].flat().map(runStage));
}

const sum = sumUp(outcomes);
console.log(`\n${closingLine(sum)}`);
process.exitCode = sum.failed > 0 ? 1 : 0;
