import { cpSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { expect } from "vitest";
import { root, run } from "../../library/command.ts";
import { npmVersion } from "../../library/versions.ts";
import type { TemporaryProject } from "./temporary-project.ts";

/** The folder of a project with the published module. */
const PUBLISHED = "published";

/** Makes Go take our module from a Git repository in the project, with its own module cache. */
export function goEnvironment(project: TemporaryProject): Record<string, string> {
  return {
    CGO_ENABLED: "0",
    GOFLAGS: "-modcacherw",
    GOMODCACHE: project.path("modules"),
    GOPRIVATE: "github.com/stepwire",
    GOTOOLCHAIN: "local",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `url.${pathToFileURL(project.path(PUBLISHED))}.insteadOf`,
    GIT_CONFIG_VALUE_0: "https://github.com/stepwire/stepwire-go",
    GIT_ALLOW_PROTOCOL: "file",
  };
}

/** Publishes the built module in a project as the release does: as a commit with a tag. */
export async function publishGoModule(project: TemporaryProject, built: string): Promise<void> {
  cpSync(built, project.path(PUBLISHED), { recursive: true });
  const git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"];
  const commands = [
    ["init", "--quiet"],
    ["add", "--all", "--force"],
    ["commit", "--quiet", "--message", "Release"],
    ["tag", `v${npmVersion(root)}`],
  ];
  for (const command of commands) {
    const directory = project.path(PUBLISHED);
    const { succeeded, output } = await run([...git, ...command], { directory });
    expect(succeeded, output).toBe(true);
  }
}
