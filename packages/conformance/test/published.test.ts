import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readFiles } from "../src/files.js";
import type { VectorFile } from "../src/format.js";
import { problemsOf, readText } from "./problems.js";
import { WasmHost } from "./wasm-host.js";

const build = join(import.meta.dirname, "../../transcode/build");

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

function hex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits, "hex"));
}
