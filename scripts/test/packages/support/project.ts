import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { delimiter } from "node:path";
import { expect, inject } from "vitest";
import { shellEnvironment } from "../../clone/clone.ts";
import { TemporaryProject } from "../../support/temporary-project.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The address of the registry with our packages. */
    registry: string;
    /** The paths of the files in each of our packages, by name. */
    files: Readonly<Record<string, readonly string[]>>;
  }
}

/** A project that installs our packages from tarballs. */
export class Project extends TemporaryProject {
  constructor() {
    super();
    this.write("package.json", JSON.stringify({ private: true, type: "module" }));
    this.write(".npmrc", `@stepwire:registry=${inject("registry")}\n`);
  }

  read(path: string): string {
    return readFileSync(this.path(path), "utf8");
  }

  has(path: string): boolean {
    return existsSync(this.path(path));
  }

  /** The environment of its programs, with those of its dependencies on the path. */
  get environment(): NodeJS.ProcessEnv {
    return environment(this.path("node_modules/.bin"));
  }

  /**
   * Runs a line of shell, which must succeed, with the project's programs on the path. Returns what
   * it writes to standard output.
   */
  async run(line: string, variables: Readonly<Record<string, string>> = {}): Promise<string> {
    const child = spawn("sh", ["-c", line], {
      cwd: this.folder,
      env: { ...this.environment, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const [code]: (number | null)[] = await once(child, "close");
    expect(code, `${line}\n${stdout.slice(-4_000)}\n${stderr.slice(-4_000)}`).toBe(0);
    return stdout;
  }
}

function environment(tools: string): NodeJS.ProcessEnv {
  const { NODE_COMPILE_CACHE: _, ...shell } = shellEnvironment();
  return {
    ...shell,
    PATH: `${tools}${delimiter}${shell["PATH"] ?? ""}`,
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_prefer_offline: "true",
    npm_config_update_notifier: "false",
  };
}
