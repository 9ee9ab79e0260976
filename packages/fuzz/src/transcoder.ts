import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../..");

/** What became of a differential run. */
export interface DifferentialResult {
  readonly rounds: number;
  readonly passed: boolean;
  /** The variables that repeat the last round. */
  readonly environment: string;
}

/**
 * Compares kernel and reference engine by the differential tests of `@stepwire/transcode`,
 * in rounds of a new seed, until the time is over or one fails.
 *
 * @param documents how many documents a round has, roughly, of each type.
 */
export async function runDifferential(
  seed: number,
  seconds: number,
  documents: number,
): Promise<DifferentialResult> {
  const end = performance.now() + seconds * 1000;
  let rounds = 0;
  for (;;) {
    // Each document has the seed of its place, so that rounds must not overlap.
    const roundSeed = (seed + rounds * documents * 10) % 0x7fffffff;
    rounds++;
    const variables = { STEPWIRE_SEED: `${roundSeed}`, STEPWIRE_DOCUMENTS: `${documents}` };
    const passed = await runTests(variables);
    if (!passed || performance.now() >= end) {
      const environment = Object.entries(variables)
        .map(([name, value]) => `${name}=${value}`)
        .join(" ");
      return { rounds, passed, environment };
    }
  }
}

async function runTests(variables: Readonly<Record<string, string>>): Promise<boolean> {
  const child = spawn("vitest", ["run", "--project=transcode", "test/differential"], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...variables },
  });
  const [code] = await once(child, "close");
  return code === 0;
}
