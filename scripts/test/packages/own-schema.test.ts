import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { root } from "../../library/command.ts";
import { tutorialSteps } from "../support/tutorial-steps.ts";
import { Project } from "./support/project.ts";

const timeout = 300_000;

it("issue 16: a schema outside the repository, as documented", { timeout }, async () => {
  const document = readFileSync(join(root, "docs/your-own-schema.md"), "utf8");
  // The last commands need protoc, which npm does not have.
  const steps = tutorialSteps(document, "## In TypeScript").slice(0, -1);
  expect(steps).toHaveLength(7);

  const project = new Project();
  onTestFinished(() => project.remove());
  for (const step of steps) {
    if ("path" in step) {
      project.write(step.path, step.content);
    } else if ("commands" in step) {
      const printed = await project.run(`set -e\n${step.commands}`);
      expect(printed.endsWith(step.output ?? "")).toBe(true);
    }
  }
  expect(project.read("src/gen/acme/v1/invoice_openai.ts")).toContain("interface InvoiceObject");
});
