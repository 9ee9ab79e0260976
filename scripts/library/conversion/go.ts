import { CONVERSION_PROTO, type Conversion, DEFAULT_MODE } from "./conversion.ts";
import { prefixed, toFile, toHex, toPascalCase } from "./text.ts";

/** Returns the modes and codes as a file of the Go package, formatted as gofmt does. */
export function goConversion({ modes, violations, results, refusals }: Conversion): string {
  // The zero value of the type must be the default.
  const sorted = [...modes.values].sort(
    (left, right) => Number(right.name === DEFAULT_MODE) - Number(left.name === DEFAULT_MODE),
  );
  return toFile(
    `// Code generated from ${CONVERSION_PROTO}. DO NOT EDIT.`,
    "",
    "package stepwire",
    "",
    prefixed("// ", violations.comment),
    "type Code string",
    "",
    "// The codes, which are the same in every language.",
    "const (",
    violations.values.flatMap(({ name, comment }) => [
      ...prefixed("\t// ", comment),
      `\t${toGoName(name)} Code = "${name}"`,
    ]),
    ")",
    "",
    "// codes has the codes by their number in the kernel.",
    "var codes = [...]Code{",
    aligned(violations.values.map(({ name, number }) => [`${number}:`, `${toGoName(name)},`])),
    "}",
    "",
    prefixed("// ", modes.comment),
    "type Mode int",
    "",
    "const (",
    sorted.flatMap(({ name, comment }, index) => [
      ...prefixed("\t// ", [...comment, ...(name === DEFAULT_MODE ? ["It is the default."] : [])]),
      `\t${toGoName(name)}${index === 0 ? " Mode = iota" : ""}`,
    ]),
    ")",
    "",
    "// modes has the name of each mode, and a bit for each code that it refuses.",
    "var modes = [...]struct {",
    "\tname    string",
    "\trefused uint32",
    "}{",
    aligned(
      sorted.map(({ name, refused }) => [`${toGoName(name)}:`, `{"${name}", ${toHex(refused)}},`]),
    ),
    "}",
    "",
    prefixed("// ", results.comment),
    "const (",
    results.values.flatMap(({ name, number, comment }) => [
      ...prefixed("\t// ", comment),
      `\tresult${toGoName(name)} = ${number}`,
    ]),
    ")",
    "",
    prefixed("// ", refusals.comment),
    "type AccumulationCode string",
    "",
    "// The codes of accumulation, which are the same in every language.",
    "const (",
    refusals.values.flatMap(({ name, comment }) => [
      ...prefixed("\t// ", comment),
      `\tAccumulation${toGoName(name)} AccumulationCode = "${name}"`,
    ]),
    ")",
    "",
    "// accumulationCodes has the codes by their number in stepwire-accumulate.wasm.",
    "var accumulationCodes = [...]AccumulationCode{",
    aligned(
      refusals.values.map(({ name, number }) => [`${number}:`, `Accumulation${toGoName(name)},`]),
    ),
    "}",
  );
}

/** Returns "NotJSON" for "not_json": Go writes initialisms in capitals. */
function toGoName(name: string): string {
  return toPascalCase(name)
    .replaceAll("Json", "JSON")
    .replaceAll(/Id(?=[A-Z]|$)/g, "ID");
}

/** Returns lines of a key and a value, with the values in one column. */
function aligned(entries: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...entries.map(([key]) => key.length));
  return entries.map(([key, value]) => `\t${key.padEnd(width)} ${value}`);
}
