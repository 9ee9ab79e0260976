import { CONVERSION_PROTO, type Conversion } from "./conversion.ts";
import { prefixed, toFile, toHex } from "./text.ts";

/** Returns the modes and codes as a module of the Python package, formatted as ruff does. */
export function pythonConversion({ modes, violations, results, refusals }: Conversion): string {
  return toFile(
    docstring([`Modes and codes. Generated from ${CONVERSION_PROTO}; do not edit.`]),
    "",
    "from typing import Literal",
    "",
    "Code = Literal[",
    violations.values.flatMap(({ name, comment }) => [
      ...prefixed("    # ", comment),
      `    "${name}",`,
    ]),
    "]",
    docstring(violations.comment),
    "",
    "CODES: dict[int, Code] = {",
    violations.values.map(({ name, number }) => `    ${number}: "${name}",`),
    "}",
    '"""The codes by their number in the kernel."""',
    "",
    "Mode = Literal[",
    modes.values.flatMap(({ name, comment }) => [...prefixed("    # ", comment), `    "${name}",`]),
    "]",
    docstring(modes.comment),
    "",
    "REFUSED: dict[Mode, int] = {",
    modes.values.map(({ name, refused }) => `    "${name}": ${toHex(refused)},`),
    "}",
    '"""The codes that each mode refuses, one bit for each."""',
    results.values.flatMap(({ name, number, comment }) => [
      "",
      `${name.toUpperCase()} = ${number}`,
      ...docstring(comment),
    ]),
    "",
    "AccumulationCode = Literal[",
    refusals.values.flatMap(({ name, comment }) => [
      ...prefixed("    # ", comment),
      `    "${name}",`,
    ]),
    "]",
    docstring(refusals.comment),
    "",
    "ACCUMULATION_CODES: dict[int, AccumulationCode] = {",
    refusals.values.map(({ name, number }) => `    ${number}: "${name}",`),
    "}",
    '"""The codes of accumulation by their number in stepwire-accumulate.wasm."""',
  );
}

function docstring(lines: readonly string[]): string[] {
  const [first = "", ...others] = lines;
  return others.length === 0 ? [`"""${first}"""`] : [`"""${first}`, ...others, '"""'];
}
