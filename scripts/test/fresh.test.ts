import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ensureFresh, type Generated, isFresh, replaceFile } from "../library/fresh.ts";
import { staleLanguages } from "../library/languages/kernel-copy.ts";

let root: string;
let generated: Generated;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "stepwire-"));
  mkdirSync(join(root, "sources/made"), { recursive: true });
  writeFileSync(join(root, "sources/a.ts"), "a");
  writeFileSync(join(root, "compiler.json"), "1.0.0");
  generated = {
    root,
    name: "thing",
    inputs: ["sources", "compiler.json"],
    except: ["sources/made"],
    outputs: ["out/a.js"],
  };
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Writes the output from the source. Returns whether it did. */
function build(): Promise<boolean> {
  return ensureFresh(generated, () => {
    replaceFile(join(root, "out/a.js"), readFileSync(join(root, "sources/a.ts")));
  });
}

it("issue 11.12: builds what is missing, once", async () => {
  expect(isFresh(generated)).toBe(false);
  expect(await build()).toBe(true);
  expect(isFresh(generated)).toBe(true);
  expect(await build()).toBe(false);
});

it.each<[string, (file: (path: string) => string) => void]>([
  ["a source has changed", (file) => writeFileSync(file("sources/a.ts"), "b")],
  ["a source was added", (file) => writeFileSync(file("sources/b.ts"), "")],
  ["a source was removed", (file) => rmSync(file("sources/a.ts"))],
  ["the compiler has changed", (file) => writeFileSync(file("compiler.json"), "1.0.1")],
  ["an output was altered", (file) => writeFileSync(file("out/a.js"), "x")],
  ["an output was removed", (file) => rmSync(file("out/a.js"))],
])("issue 11.12: notices that %s", async (_what, change) => {
  await build();
  change((path) => join(root, path));
  expect(isFresh(generated)).toBe(false);
});

it("issue 11.12: compares contents, not times, and leaves out what the build writes", async () => {
  await build();
  utimesSync(join(root, "sources/a.ts"), new Date(), new Date(Date.now() + 60_000));
  writeFileSync(join(root, "sources/made/table.ts"), "x");
  expect(isFresh(generated)).toBe(true);
});

it("issue 11.12: is not fresh if a source changed while it was built", async () => {
  await ensureFresh(generated, () => {
    replaceFile(join(root, "out/a.js"), "a");
    writeFileSync(join(root, "sources/a.ts"), "b");
  });
  expect(isFresh(generated)).toBe(false);
});

it("issue 11.12: is not fresh after a build that failed", async () => {
  await expect(ensureFresh(generated, () => Promise.reject(new Error("x")))).rejects.toThrow("x");
  expect(isFresh(generated)).toBe(false);
});

it("issue 11.12: builds at the same time leave a fresh output, and nothing else", async () => {
  await Promise.all([build(), build()]);
  expect(isFresh(generated)).toBe(true);
  expect(readdirSync(join(root, "out"))).toEqual(["a.js"]);
});

it("issue 11.12: never takes the output of an older source for fresh", async () => {
  let finishOld = (): void => {};
  const old = ensureFresh(generated, async () => {
    await new Promise<void>((resolve) => {
      finishOld = resolve;
    });
    replaceFile(join(root, "out/a.js"), "a");
  });
  writeFileSync(join(root, "sources/a.ts"), "b");
  await build();
  finishOld();
  await old;
  expect(isFresh(generated)).toBe(false);
});

it("issue 11.12: finds the languages that carry another kernel", () => {
  const write = (name: string, content: string): string => {
    writeFileSync(join(root, name), content);
    return join(root, name);
  };
  const source = write("new.wasm", "new");
  expect(
    staleLanguages({
      go: [{ source, copy: write("go.wasm", "old") }],
      java: [{ source, copy: write("java.wasm", "new") }],
      rust: [{ source, copy: join(root, "not generated") }],
    }),
  ).toEqual(["go"]);
});
