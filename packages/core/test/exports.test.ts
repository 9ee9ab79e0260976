import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const source = join(import.meta.dirname, "..", "src");

describe("what is generated is exported", () => {
  it.each([
    ["index.ts", "_pb"],
    ["openai.ts", "_openai"],
  ])("by %s, all *%s.ts", (entry, suffix) => {
    const text = readFileSync(join(source, entry), "utf8");
    const exported = [...text.matchAll(/^export .*\* from "\.\/(gen\/.*)\.js";$/gm)];
    const generated = globSync(`gen/**/*${suffix}.ts`, { cwd: source });
    expect(generated).not.toEqual([]);
    expect(exported.map(([, path]) => `${path}.ts`).sort()).toEqual(
      generated.map((path) => path.replaceAll("\\", "/")).sort(),
    );
  });
});

describe("the package", () => {
  it("has no code by hand but its two entries", () => {
    const byHand = globSync("**/*.ts", { cwd: source, exclude: ["gen/**"] });
    expect(byHand.sort()).toEqual(["index.ts", "openai.ts"]);
  });
});
