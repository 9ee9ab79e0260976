import { onTestFinished, test } from "vitest";
import { Project } from "../packages/support/project.ts";
import { followTutorial } from "../support/tutorial.ts";

const timeout = 600_000;

test("issue 19: a year of JSON Lines to Parquet and DuckDB", { timeout }, async () => {
  const project = new Project();
  onTestFinished(() => project.remove(), timeout);
  await followTutorial(project, {
    document: "docs/tutorials/year-of-jsonl.md",
    example: "examples/year-of-jsonl",
    environment: project.environment,
    timeout,
  });
});
