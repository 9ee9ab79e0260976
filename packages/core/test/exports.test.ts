import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { files } from "@stepwire/core/registry";
import { describe, expect, it } from "vitest";

const source = join(import.meta.dirname, "..", "src");

/** The entries for messages, by the folder of their generated files. */
const entries = globSync("gen/stepwire/**/v1", { cwd: source }).map((folder) => {
  const [, family] = /^gen.stepwire.(.+).v1$/.exec(folder) ?? [];
  return [family === undefined ? "@stepwire/core" : `@stepwire/core/${family}`, folder] as const;
});

/** Names of generated files in a folder, without the extension. */
function modulesIn(folder: string, suffix: string): string[] {
  const paths = globSync(`*${suffix}.ts`, { cwd: join(source, folder) });
  return paths.map((path) => basename(path, ".ts")).sort();
}

describe("what is generated is exported", () => {
  it("for every family of messages", () => {
    expect(entries.map(([entry]) => entry)).toContain("@stepwire/core");
    expect(entries.length).toBeGreaterThan(1);
  });

  it.each(entries)("by %s", async (entry, folder) => {
    const exported = Object.keys(await import(entry));
    const modules = modulesIn(folder, "_pb").map((name) => import(join(source, folder, name)));
    const generated = (await Promise.all(modules)).flatMap((module) => Object.keys(module));
    expect(generated).not.toEqual([]);
    expect(generated.filter((name) => !exported.includes(name))).toEqual([]);
  });

  it.each(entries)("with the types of JSON, by %s/openai", (_, folder) => {
    const linesIn = (name: string) => readFileSync(join(source, folder, name), "utf8").split("\n");
    const modules = modulesIn(folder, "_openai");
    const lines = modules.map((name) => `export type * from "./${name}.js";`);
    expect(linesIn("openai.ts")).toEqual(expect.arrayContaining(lines));
    // Else OpenAIJson of a message is unknown to a program that imports only the messages.
    expect(linesIn("index.ts")).toContain('export type {} from "./openai.js";');
  });
});

describe("the registry", () => {
  it("has the descriptor of every generated file", async () => {
    const paths = globSync("gen/**/*_pb.ts", { cwd: source });
    const modules = await Promise.all(paths.map((path) => import(join(source, path))));
    const descriptors = modules.flatMap((module) =>
      Object.values<{ kind?: string }>(module).filter(({ kind }) => kind === "file"),
    );
    expect(descriptors).toHaveLength(paths.length);
    expect(files).toHaveLength(paths.length);
    expect(files).toEqual(expect.arrayContaining(descriptors));
  });
});

describe("the package", () => {
  it("has no code by hand but its two entries", () => {
    const byHand = globSync("**/*.ts", { cwd: source, exclude: ["gen/**"] });
    expect(byHand.sort()).toEqual(["index.ts", "openai.ts"]);
  });
});
