import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { root } from "../../library/command.ts";
import { publishedPackages } from "../../library/packing.ts";
import { Project } from "./support/project.ts";
import { readmeStart } from "./support/readme.ts";
import { writeTsconfigs } from "./support/types.ts";

/** Programs: their READMEs begin with commands, which tests of their own run. */
const programs = ["@stepwire/cli", "@stepwire/protoc-gen-openai-types"];

const readmes = publishedPackages()
  .filter(({ manifest }) => !programs.includes(manifest.name))
  .map(({ directory, manifest }) => ({
    name: manifest.name,
    text: readFileSync(join(root, directory, "README.md"), "utf8"),
  }));

describe("issue 16: a README, followed literally in a fresh project", { timeout: 180_000 }, () => {
  it.each(readmes)("$name", async ({ name, text }) => {
    const start = readmeStart(text);
    if (start === undefined) {
      throw new Error(`the README of ${name} does not begin with an install line and an example`);
    }
    const project = new Project();
    onTestFinished(() => project.remove());
    await project.run(start.install);
    project.write("example.ts", start.example);
    const [config] = writeTsconfigs(project);
    await project.run(`${join(root, "node_modules/.bin/tsc")} -p ${config}`);
    expect(await project.run("node out/example.js")).toBe(start.output);
  });
});
