import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "@stepwire/testing";

/** The result of a differential run. */
export interface DifferentialResult {
  readonly rounds: number;
  /** Number of compared documents of all types. */
  readonly compared: number;
  readonly passed: boolean;
  /** The variables that repeat the last round. */
  readonly environment: string;
}

/**
 * Compares kernel and reference engine by the differential tests of `@stepwire/transcode`,
 * in rounds of a new seed, until the time is over, enough was compared or a round fails.
 *
 * @param documents Approximate number of documents of each type in a round.
 * @param enough The run stops at the end of the round in which it has compared this number.
 */
export async function runDifferential(
  seed: number,
  seconds: number,
  documents: number,
  enough: number = Number.POSITIVE_INFINITY,
): Promise<DifferentialResult> {
  const end = performance.now() + seconds * 1000;
  let rounds = 0;
  let compared = 0;
  for (;;) {
    // Each document has the seed of its place, so that rounds must not overlap.
    const roundSeed = (seed + rounds * documents * 10) % 0x7fffffff;
    rounds++;
    const variables = { STEPWIRE_SEED: `${roundSeed}`, STEPWIRE_DOCUMENTS: `${documents}` };
    const { passed, count } = await runTests(variables);
    compared += count;
    console.log(`${compared} documents in ${rounds} rounds`);
    if (!passed || compared >= enough || performance.now() >= end) {
      const environment = Object.entries(variables)
        .map(([name, value]) => `${name}=${value}`)
        .join(" ");
      return { rounds, compared, passed, environment };
    }
  }
}

async function runTests(
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly passed: boolean; readonly count: number }> {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-fuzz-"));
  const report = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile=${report}`];
    const child = spawn(
      "vitest",
      ["run", "--project=transcode", "test/differential", ...reporters],
      { cwd: projectRoot, stdio: "inherit", env: { ...process.env, ...variables } },
    );
    const [code] = await once(child, "close");
    return { passed: code === 0, count: countDocuments(readFileSync(report, "utf8")) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** How many documents were compared, which the names of the tests that passed tell. */
function countDocuments(report: string): number {
  const titles = report.matchAll(/"status":"passed","title":"(\d+) documents of/g);
  return Array.from(titles).reduce((sum, [, count]) => sum + Number(count), 0);
}
