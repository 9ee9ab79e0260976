import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Mode } from "@stepwire/openai-json";
import { describe, expect, test } from "vitest";
import { readFiles } from "../src/files.js";
import type { BinaryVector, JsonVector, Vector, VectorFile } from "../src/format.js";
import { type Refused, WasmHost } from "./wasm-host.js";

const build = join(import.meta.dirname, "../../transcode/build");
const modes: readonly Mode[] = ["strict", "preserve", "archive"];
const DEFAULT_DEPTH = 100;

const files = [...readFiles()].map(([topic, text]) => ({
  topic,
  // The files are ours, and another test compares them with what is written now.
  cases: (JSON.parse(text) as VectorFile).cases,
}));

describe.each(["stepwire.wasm", "stepwire-scalar.wasm"])("%s", (file) => {
  const host = new WasmHost(readFileSync(join(build, file)));

  test("exports what docs/kernel-abi.md says", () => {
    const document = readFileSync(join(import.meta.dirname, "../../../docs/kernel-abi.md"), "utf8");
    const described = [...document.matchAll(/^\| `(\w+)[^`]*` \|/gm)].map(([, name]) => name);
    expect(host.exportNames).toEqual(described.sort());
    expect(document).toContain(`version ${host.version}`);
  });

  test("knows every message type by its name, and no other", () => {
    expect(host.select("stepwire.v1.RunStep")).toBe(true);
    expect(host.select("stepwire.v1.RunSte")).toBe(false);
    expect(host.select("")).toBe(false);
  });

  test("converts lines, up to the first that is refused or cut off", () => {
    host.select("stepwire.v1.MessageCreation");
    const lines = '{"message_id":"a"}\n\n{"message_id":"b"}\n';
    const packed = host.convertLines("packLines", Buffer.from(lines));
    expect(packed).toEqual({ output: hex("030a0161030a0162"), left: 0, code: "" });
    const back = host.convertLines("unpackLines", packed.output);
    expect(readText(back.output)).toBe(lines.replace("\n\n", "\n"));

    const cutOff = Buffer.from(`${lines}{"mess`);
    const rest = host.convertLines("packLines", cutOff, { last: false });
    expect(rest).toEqual({ output: packed.output, left: 6, code: "" });
    const refused = host.convertLines("packLines", Buffer.from('{"message_id":"a"}\n{"x":1}\n'));
    expect(refused).toEqual({ output: hex("030a0161"), left: 8, code: "missing_member" });
    const large = host.convertLines("packLines", Buffer.from(lines), { maxSize: 4 });
    expect(large).toEqual({ output: hex(""), left: lines.length, code: "too_large" });
  });

  test.each(files)("$topic", ({ cases }) => {
    const wrong: unknown[] = [];
    for (const vector of cases.filter(({ limits }) => limits?.maxBytes === undefined)) {
      if (!host.select(vector.schema)) {
        wrong.push(`${vector.schema} is unknown`);
      }
      wrong.push(...problemsOf(host, vector).map((problem) => ({ name: vector.name, ...problem })));
    }
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});

interface Problem {
  readonly what: string;
  readonly expected: unknown;
  readonly found: unknown;
}

function problemsOf(host: WasmHost, vector: Vector): readonly Problem[] {
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

function hex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits, "hex"));
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

function readText(found: Uint8Array | Refused): unknown {
  return "code" in found ? found : Buffer.from(found).toString("utf8");
}
