import { readFileSync } from "node:fs";
import { modeNames, ResultCode, violationKinds } from "@stepwire/mapping/internal";
import { describe, expect, it } from "vitest";
import { REFUSE_UNKNOWN_FIELDS, refusedIn } from "../src/kernel/code.js";

const document = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");

/** The cells of each line that is a row of a table. */
const rows = (text: string): string[][] =>
  [...text.matchAll(/^\|(.*)\|$/gm)].map(([, cells = ""]) =>
    cells.split("|").map((cell) => cell.trim()),
  );

const inCode = (text: string): string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

describe("docs/kernel-abi.md", () => {
  const table = rows(document("kernel-abi.md"));

  it("has the numbers of the schema", () => {
    const documented = table
      .filter(([number = ""]) => /^\d+$/.test(number))
      .flatMap((row) => (row.length === 4 ? [row.slice(0, 2), row.slice(2)] : []))
      .map(([number, name = ""]) => [Number(number), ...inCode(name)]);
    const { UNKNOWN_FIELD, OUT_OF_MEMORY, INVALID_TABLE } = ResultCode;
    expect(documented.sort(([left], [right]) => Number(left) - Number(right))).toEqual([
      ...violationKinds.map(({ code, name }) => [code, name]),
      [UNKNOWN_FIELD],
      [OUT_OF_MEMORY],
      [INVALID_TABLE],
    ]);
  });

  it("has the bits that each mode refuses", () => {
    const documented = table.flatMap(([call = "", bits = ""]) => {
      const mode = /^`toBinary`, mode `(.*)`$/.exec(call)?.[1];
      return mode === undefined ? [] : [[mode, Number(bits.replaceAll("`", ""))]];
    });
    expect(documented).toEqual(modeNames.map((mode) => [mode, refusedIn(mode)]));
    expect(document("kernel-abi.md")).toContain(`\`0x${REFUSE_UNKNOWN_FIELDS.toString(16)}\``);
  });
});

describe("docs/mapping.md", () => {
  it("says what each mode does with each violation in JSON", () => {
    const columns = modeNames.length;
    const documented = rows(document("mapping.md"))
      .filter((row) => /^(refused|kept)$/.test(row.at(-1) ?? ""))
      .flatMap((row) => inCode(row[0] ?? "").map((name) => [name, ...row.slice(-columns)]));
    const declared = violationKinds
      .filter(({ name }) => name !== "invalid_residue" && name !== "malformed_binary")
      .map(({ name, keptIn }) => [
        name,
        ...modeNames.map((mode) => (keptIn.includes(mode) ? "kept" : "refused")),
      ]);
    expect(documented).toEqual(declared);
  });
});
