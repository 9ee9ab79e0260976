import { cpSync, globSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "vitest";
import { root } from "../../../library/command.ts";
import { buildPackage, packageFolder } from "../../../library/languages/package.ts";
import type { Project } from "../../packages/support/project.ts";

/** Builds the wheel of the Python package. Needs Python and Rust. */
export async function buildWheel(): Promise<void> {
  const { succeeded, output } = await buildPackage("python");
  expect(succeeded, output).toBe(true);
}

/** Returns variables with which pip takes the wheel that was built for `stepwire`. */
export function wheelEnvironment(project: Project): Record<string, string> {
  const folder = packageFolder("python");
  const [wheel = ""] = globSync("*.whl", { cwd: folder });
  project.write("constraints.txt", `stepwire @ ${pathToFileURL(join(folder, wheel))}\n`);
  return {
    PIP_CONSTRAINT: project.path("constraints.txt"),
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
  };
}

/** Copies an example to a project, and installs its dependencies in `.venv`. */
export async function installPythonExample(project: Project, name: string): Promise<void> {
  cpSync(join(root, "examples", name), project.folder, { recursive: true });
  const environment = wheelEnvironment(project);
  await project.run("python3 -m venv .venv");
  await project.run(".venv/bin/pip install --quiet --requirement requirements.txt", environment);
}
