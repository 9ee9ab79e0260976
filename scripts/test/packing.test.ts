import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { missingFiles } from "../library/packing.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stepwire-packing-"));
  for (const path of [
    "dist/index.js",
    "dist/index.d.ts",
    "dist/gen/a/v1/index.js",
    "kernel.wasm",
  ]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), "");
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const name = "@stepwire/example";

it("issue 16: finds nothing missing in a complete package", () => {
  const exports = {
    ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
    "./*": { default: "./dist/gen/*/v1/index.js" },
    "./kernel.wasm": "./kernel.wasm",
  };
  const manifest = { name, exports, types: "./dist/index.d.ts", files: ["dist", "kernel.wasm"] };
  expect(missingFiles(folder, manifest)).toEqual([]);
});

it("issue 16: finds each file that is missing once", () => {
  const exports = {
    ".": { types: "./dist/index.d.ts", browser: { default: "./dist/web.js" } },
    "./*": { default: "./dist/gen/*/v1/openai.js" },
    "./other.wasm": "./other.wasm",
  };
  const bin = { example: "./dist/main.js" };
  expect(
    missingFiles(folder, { name, exports, bin, types: "./other.d.ts", files: ["./other.wasm"] }),
  ).toEqual([
    "./dist/web.js",
    "./dist/gen/*/v1/openai.js",
    "./other.wasm",
    "./dist/main.js",
    "./other.d.ts",
  ]);
});
