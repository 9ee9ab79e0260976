/** The environment variable with the seed of a run to repeat. */
const VARIABLE = "STEPWIRE_SEED";

/**
 * Returns the seed of a test file: from the environment, else the given one, else from the clock.
 * Prints it, so that a failure can be repeated. Call it once, at the top of the file.
 */
export function printedSeed(fallback: number = Date.now() % 0x7fffffff): number {
  const given = process.env[VARIABLE];
  const seed = given === undefined ? fallback : parseSeed(given);
  console.log(`generated tests: ${VARIABLE}=${seed} repeats this run`);
  return seed;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed > 0x7fffffff) {
    throw new Error(`${VARIABLE} is "${text}", but must be an integer from 0 to 2147483647`);
  }
  return seed;
}
