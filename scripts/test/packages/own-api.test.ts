import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { root } from "../../library/command.ts";
import { buildPackage, packageFolder } from "../../library/languages/package.ts";
import { goTool, missingTool } from "../../library/tools.ts";
import { goEnvironment, publishGoModule } from "../support/go-module.ts";
import { Project } from "./support/project.ts";
import { tutorialSteps } from "./support/tutorial.ts";

const timeout = 600_000;
const gitTool = { name: "git", command: ["git", "--version"] };
const document = readFileSync(join(root, "docs/tutorials/another-api.md"), "utf8");

/** Follows a section of the page: writes its files, runs its commands, and compares what they print. */
async function follow(project: Project, heading: string, setUp = ""): Promise<void> {
  const steps = tutorialSteps(document, `## ${heading}`);
  expect(steps.length, heading).toBeGreaterThan(0);
  for (const step of steps) {
    if ("path" in step) {
      project.write(step.path, step.content);
    } else {
      const printed = await project.run(`set -e\n${setUp}\n${step.commands}`);
      if (step.output !== undefined) {
        expect(printed.slice(-step.output.length)).toBe(step.output);
      }
    }
  }
}

describe("issue 17: an API of another vendor, as documented", async () => {
  const missing = await missingTool([goTool, gitTool]);
  if (missing !== undefined) {
    console.log(`SKIPPED: the part of docs/tutorials/another-api.md in Go: ${missing}`);
  }

  test("from its OpenAPI file to an archive, and to Go", { timeout }, async () => {
    const project = new Project();
    // The project has Go's module cache, which takes long to remove.
    onTestFinished(() => project.remove(), timeout);
    await follow(project, "Import the schemas");
    const imported = project.read("proto/heron/v1/heron.proto");
    for (const [, shown = ""] of document.matchAll(/^```proto\n([\s\S]*?)^```/gmu)) {
      expect(imported).toContain(shown);
    }
    await follow(project, "Pack what the API sends");
    if (missing === undefined) {
      const { succeeded, output } = await buildPackage("go");
      expect(succeeded, output).toBe(true);
      await publishGoModule(project, packageFolder("go"));
      const environment = { ...goEnvironment(project), GOPATH: project.path("go") };
      const exports = Object.entries(environment).map(
        ([name, value]) => `export ${name}='${value}'`,
      );
      await follow(project, "Read the archive in Go", exports.join("\n"));
    } else if (process.env["CI"] === "true") {
      expect.fail(`${missing}; CI needs it`);
    }
    await follow(project, "A stream");
    await follow(project, "When the document changes");
  });
});
