import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { fromSource } from "@stepwire/testing";
import { expect, test } from "vitest";
import { hostile } from "./support/hostile.js";

const run = promisify(execFile);

const program = join(import.meta.dirname, "support/refuse-hostile.ts");

/**
 * Returns the output of the program with a heap of some megabytes. It is aborted if that is not
 * enough.
 */
async function refuse(kind: string, megabytes: number, heap: number): Promise<string> {
  const { stdout } = await run(
    process.execPath,
    [`--max-old-space-size=${heap}`, ...fromSource, program, kind, String(megabytes)],
    { maxBuffer: 1_000_000 },
  );
  return stdout;
}

const MEGABYTES = 8;
/** The program itself takes about 40 MB. */
const HEAP = 40 + 8 * MEGABYTES;

test.each([
  ["empty steps in binary", "1000 unknown_value"],
  ["empty steps", "1000 missing_member"],
  ["unknown empty lists, then no JSON", "1 not_json"],
  ["unknown numbers, then a duplicate", "1 duplicate_member"],
  ["unknown objects within each other", "3 missing_member"],
  ["duplicates", "1000 duplicate_member"],
  ["a long name with duplicates in it", "1 duplicate_member"],
])(
  `issue 11.19: %s of ${MEGABYTES} MB are refused in a heap of ${HEAP} MB`,
  { timeout: 240_000 },
  async (kind, expected) => {
    expect(await refuse(kind, MEGABYTES, HEAP)).toBe(expected);
  },
);

test("each hostile document is tried", () => {
  expect(Object.keys(hostile)).toHaveLength(7);
});
