import { onTestFinished, test } from "vitest";
import { installNatsServer } from "../../../packages/testing/src/nats/nats-server.ts";
import { root } from "../../library/command.ts";
import { Project } from "../packages/support/project.ts";
import { followTutorial } from "../support/tutorial.ts";

const timeout = 600_000;

test("issue 19: a gateway with three replicas", { timeout }, async () => {
  await installNatsServer();
  const project = new Project();
  onTestFinished(() => project.remove(), timeout);
  await followTutorial(project, {
    document: "docs/tutorials/three-replicas.md",
    example: "examples/three-replicas",
    ports: [4222, 8000, 8080, 8081, 8082, 8083, 8090],
    environment: { ...project.environment, STEPWIRE: root },
    timeout: 120_000,
  });
});
