import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { root } from "../../../library/command.ts";
import { buildPackage, packageFolder } from "../../../library/languages/package.ts";
import type { Project } from "../../packages/support/project.ts";

/** Builds the wheel of the Python package. Needs Python and Rust. */
export async function buildWheel(): Promise<void> {
  const { succeeded, output } = await buildPackage("python");
  expect(succeeded, output).toBe(true);
}

/** Variables with which pip takes the wheel that was built for `stepwire`. */
export const wheelEnvironment: Readonly<Record<string, string>> = {
  PIP_FIND_LINKS: packageFolder("python"),
  PIP_DISABLE_PIP_VERSION_CHECK: "1",
};

/** Copies an example to a project, and installs its dependencies in `.venv`. */
export async function installPythonExample(project: Project, name: string): Promise<void> {
  cpSync(join(root, "examples", name), project.folder, { recursive: true });
  await project.run("python3 -m venv .venv");
  await project.run(
    ".venv/bin/pip install --quiet --requirement requirements.txt",
    wheelEnvironment,
  );
}
