import { it, onTestFinished } from "vitest";
import { Project } from "../packages/support/project.ts";
import { followTutorial } from "../support/tutorial.ts";

const timeout = 300_000;

it("issue 19: a vendor's tool type, as documented", { timeout }, async () => {
  const project = new Project();
  onTestFinished(() => project.remove());
  await followTutorial(project, {
    document: "docs/tutorials/your-tool-type.md",
    example: "examples/your-tool-type",
    environment: project.environment,
  });
});
