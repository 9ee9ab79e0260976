import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runStepObject } from "@stepwire/testing";

/** The project's samples. */
export const samples: string = join(import.meta.dirname, "../../../../samples");

/** The text of a sample. */
export function sample(name: string): string {
  return readFileSync(join(samples, name), "utf8");
}

/** The text of a small run step that is all right, or all right but for some members. */
export function runStep(members: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify(runStepObject(members));
}

/** Arrays within each other. */
export function nested(levels: number): string {
  return "[".repeat(levels) + "]".repeat(levels);
}
