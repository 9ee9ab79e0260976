import type { Mode } from "@stepwire/openai-json";
import type { BinaryVector, JsonVector, Vector } from "../src/format.js";
import type { Refused, WasmHost } from "./wasm-host.js";

const modes: readonly Mode[] = ["strict", "preserve", "archive"];
const DEFAULT_DEPTH = 100;

/** A difference between a host's result and a vector. */
export interface Problem {
  readonly what: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Returns the differences between a host's results and a vector. */
export function problemsOf(host: WasmHost, vector: Vector): readonly Problem[] {
  return "fromBinary" in vector ? binaryProblems(host, vector) : jsonProblems(host, vector);
}

function jsonProblems(host: WasmHost, vector: JsonVector): readonly Problem[] {
  const { json, jsonBase64 = "", violations = [], binary, output } = vector;
  const maxDepth = vector.limits?.maxDepth ?? DEFAULT_DEPTH;
  const bytes = json === undefined ? Buffer.from(jsonBase64, "base64") : Buffer.from(json);
  const problems = modes.flatMap((mode) => {
    const found = host.toBinary(bytes, mode, maxDepth);
    const reasons = violations.filter((violation) => violation.modes.includes(mode));
    return "code" in found || reasons.length > 0
      ? refusalProblems(mode, found, reasons)
      : differences(mode, binary, Buffer.from(found).toString("hex"));
  });
  if (binary !== undefined) {
    const text = host.toJson(Buffer.from(binary, "hex"), maxDepth);
    problems.push(...differences("output", output, readText(text)));
  }
  return problems;
}

function binaryProblems(host: WasmHost, vector: BinaryVector): readonly Problem[] {
  const { fromBinary, refuseUnknownFields, limits, violations = [], output } = vector;
  const bytes = Buffer.from(fromBinary, "hex");
  const found = host.toJson(bytes, limits?.maxDepth ?? DEFAULT_DEPTH, refuseUnknownFields);
  return "code" in found || violations.length > 0
    ? refusalProblems("binary", found, violations)
    : differences("output", output, readText(found));
}

type Place = Pick<Refused, "code" | "pointer"> & { readonly offset?: number };

/** The first violation that the kernel meets is one of all that the reference engine lists. */
function refusalProblems(
  what: string,
  found: Uint8Array | Refused,
  violations: readonly Place[],
): readonly Problem[] {
  const isListed =
    "code" in found &&
    violations.some(
      ({ code, pointer, offset }) =>
        code === found.code &&
        pointer === found.pointer &&
        (offset === undefined || offset === found.offset),
    );
  const expected = violations.map(({ code, pointer, offset }) => ({ code, pointer, offset }));
  return isListed ? [] : [{ what, expected: expected.slice(0, 5), found }];
}

function differences(what: string, expected: unknown, found: unknown): readonly Problem[] {
  return expected === found ? [] : [{ what, expected, found }];
}

/** The text that a host wrote, or why it did not. */
export function readText(found: Uint8Array | Refused): unknown {
  return "code" in found ? found : Buffer.from(found).toString("utf8");
}
