import { describe, expect, onTestFinished, test } from "vitest";
import { buildPackage, packageFolder } from "../../library/languages/package.ts";
import { goTool, missingTool } from "../../library/tools.ts";
import { Project } from "../packages/support/project.ts";
import { goEnvironment, publishGoModule } from "../support/go-module.ts";
import { followTutorial } from "../support/tutorial.ts";

const timeout = 600_000;
const gitTool = { name: "git", command: ["git", "--version"] };

/** Follows a section of the page: writes its files, runs its commands, and compares what they print. */
function follow(project: Project, heading: string, environment = {}): Promise<void> {
  return followTutorial(project, {
    document: "docs/tutorials/another-api.md",
    heading: `## ${heading}`,
    environment: { ...project.environment, ...environment },
  });
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
    await follow(project, "Pack what the API sends");
    if (missing === undefined) {
      const { succeeded, output } = await buildPackage("go");
      expect(succeeded, output).toBe(true);
      await publishGoModule(project, packageFolder("go"));
      const environment = { ...goEnvironment(project), GOPATH: project.path("go") };
      await follow(project, "Read the archive in Go", environment);
    } else if (process.env["CI"] === "true") {
      expect.fail(`${missing}; CI needs it`);
    }
    await follow(project, "A stream");
    await follow(project, "When the document changes");
  });
});
