import { it, onTestFinished } from "vitest";
import { Project } from "../packages/support/project.ts";
import { followTutorial } from "../support/tutorial.ts";

const timeout = 300_000;

it("issue 19: the first five minutes, as documented", { timeout }, async () => {
  const project = new Project();
  onTestFinished(() => project.remove());
  await followTutorial(project, {
    document: "docs/start.md",
    environment: project.environment,
  });
});
