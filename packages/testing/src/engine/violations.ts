import type { DescMessage } from "@bufbuild/protobuf";
import { expect } from "vitest";
import type { Mode } from "../generate/expectation.js";
import { kept, misfits } from "../generate/expectation.js";
import type { CaseCode, CaseViolation } from "./case.js";
import type { ByteEngine, ByteEngineViolation } from "./engines.js";

/** The codes that each mode accepts; it refuses all others. */
const accepted: Readonly<Record<Mode, ReadonlySet<CaseCode>>> = {
  strict: new Set(),
  preserve: new Set(kept),
  archive: new Set([...kept, ...misfits]),
};

/** Returns the violations of a document that a mode refuses. */
export function refusedIn(mode: Mode, violations: readonly CaseViolation[]): CaseViolation[] {
  return violations.filter(([code, , , details]) => details?.always || !accepted[mode].has(code));
}

/** The result of a conversion. */
export type Attempt =
  | { readonly bytes: Uint8Array; readonly violations?: undefined }
  | { readonly bytes?: undefined; readonly violations: readonly ByteEngineViolation[] };

/** Tries a conversion. Any error without violations fails the test. */
export function attempt(engine: ByteEngine, convert: () => Uint8Array): Attempt {
  try {
    return { bytes: convert() };
  } catch (error) {
    const violations = engine.violationsOf(error);
    if (violations === undefined) {
      throw error;
    }
    return { violations };
  }
}

/** Checks that a conversion is refused with exactly these violations, in this order. */
export function expectRefusal(
  { violations }: Attempt,
  expected: readonly CaseViolation[],
  schema: DescMessage,
  what: string,
): void {
  expect(violations, `${what} is refused`).toBeDefined();
  expect(
    violations?.map(({ code, pointer }) => `${code} ${pointer}`),
    `${what} is refused for`,
  ).toEqual(expected.map(([code, pointer]) => `${code} ${pointer}`));
  for (const [index, violation] of (violations ?? []).entries()) {
    const [code, , path = "", { always: _, ...details } = {}] = expected[index] ?? [];
    // For malformed binary, engines may differ in how precisely they describe the error.
    const place = code === "malformed_binary" ? {} : { path: fullPath(schema, path) };
    expect(violation, what).toMatchObject({ ...place, ...details });
    expect(violation.expected, what).not.toBe("");
    expect(violation.found, what).not.toBe("");
  }
}

function fullPath({ file }: DescMessage, path: string): string {
  return path === "" ? "" : `${file.proto.package}.${path}`;
}
