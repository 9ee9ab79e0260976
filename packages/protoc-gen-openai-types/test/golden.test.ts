import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readProtos } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { openaiTypesPlugin } from "../src/index.js";
import { requestFor } from "./request-for.js";

const golden = join(import.meta.dirname, "golden");

const schemas = readProtos(join(import.meta.dirname, "proto"));

const parameter = [
  "target=ts",
  "import_extension=js",
  "elide_plugin_version=true",
  "registry=../../registry.js",
].join(",");

describe("the generated types", () => {
  const generated = openaiTypesPlugin
    .run(requestFor(schemas, parameter))
    .file.map(({ name = "", content = "" }) => ({ name, content }));

  if (process.env["UPDATE"] === "1") {
    rmSync(join(golden, "acme"), { recursive: true, force: true });
    for (const { name, content } of generated) {
      mkdirSync(dirname(join(golden, name)), { recursive: true });
      writeFileSync(join(golden, name), content);
    }
  }

  it("are those of the files with OpenAI JSON", () => {
    const paths = globSync("acme/**/*.ts", { cwd: golden });
    expect(generated.map(({ name }) => name).sort()).toEqual(paths.sort());
  });

  it.each(generated)("are as in golden/$name (UPDATE=1 rewrites it)", ({ name, content }) => {
    expect(content).toBe(readFileSync(join(golden, name), "utf8"));
  });
});
