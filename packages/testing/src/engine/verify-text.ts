import type { DescMessage } from "@bufbuild/protobuf";
import { expect } from "vitest";
import { modes } from "../generate/expectation.js";
import type { TextCase } from "./case.js";
import type { ByteEngine } from "./engines.js";
import { attempt } from "./violations.js";

const encoder = new TextEncoder();

/** Checks that an engine refuses each text of a case at the expected offset. */
export function verifyText(
  engine: ByteEngine,
  schema: DescMessage,
  { texts, offset }: TextCase,
): void {
  // Collected first, because thousands of `expect` calls take seconds.
  const accepted: string[] = [];
  const elsewhere: string[] = [];
  for (const [name, text] of Object.entries(texts)) {
    const json = typeof text === "string" ? encoder.encode(text) : text;
    if (typeof text === "string" && isJson(text)) {
      accepted.push(`${name} by JSON.parse`);
    }
    for (const mode of modes) {
      const { violations = [] } = attempt(engine, () => engine.toBinary(schema, json, { mode }));
      const [violation, ...others] = violations;
      if (violation?.code !== "not_json" || violation.path !== "" || others.length > 0) {
        accepted.push(`${name} in ${mode}`);
      } else if (!isRightOffset(violation.offset, offset, json.length)) {
        elsewhere.push(`${name} in ${mode}: at ${violation.offset}`);
      }
    }
  }
  expect(accepted, "places where it is not refused as no JSON").toEqual([]);
  expect(elsewhere, "offsets").toEqual([]);
}

function isRightOffset(
  found: number | undefined,
  expected: number | undefined,
  length: number,
): boolean {
  return expected === undefined
    ? found !== undefined && found >= 0 && found <= length
    : found === expected;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
