import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { root } from "../../library/command.ts";
import { examples } from "./support/examples.ts";
import { Project } from "./support/project.ts";
import { writeTsconfigs } from "./support/types.ts";

describe("issue 16: a README, followed literally in a fresh project", { timeout: 180_000 }, () => {
  it.each(examples)("$name", async ({ install, example, output }) => {
    const project = new Project();
    onTestFinished(() => project.remove());
    await project.run(install);
    project.write("example.ts", example);
    const [config] = writeTsconfigs(project);
    await project.run(`${join(root, "node_modules/.bin/tsc")} -p ${config}`);
    expect(await project.run("node out/example.js")).toBe(output);
  });
});
