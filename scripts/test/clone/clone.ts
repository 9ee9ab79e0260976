import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commitAll, copyWorkTree, git } from "../../library/work-tree.ts";

/** The result of a command. */
export interface Ended {
  /** The exit code; null if the command was stopped after the expected output. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command to run in a clone. */
export interface CloneCommand {
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Stops the command when its standard output matches; for commands that do not end by themselves.
   */
  readonly until?: RegExp;
}

/** Files that are written into a work tree but not committed. */
const ignored = [
  "packages/transcode/build",
  "packages/transcode/src/built",
  "packages/transcode/assembly/generated",
  "node_modules/.cache/stepwire",
  "{packages,apps}/*/dist",
];

/** A clone of the current work tree, including uncommitted changes, in a separate folder. */
export class Clone {
  readonly folder: string = mkdtempSync(join(tmpdir(), "stepwire-clone-"));

  /** Copies the files that a commit would include, and commits them. */
  static async create(): Promise<Clone> {
    const clone = new Clone();
    await copyWorkTree(clone.folder);
    await clone.commit();
    return clone;
  }

  /** Commits everything, so that {@link changes} returns only later changes. */
  commit(): Promise<void> {
    return commitAll(this.folder);
  }

  /** Returns the changes since the last commit. */
  changes(): Promise<string> {
    return git(this.folder, "status", "--porcelain");
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  write(path: string, content: string | Uint8Array): void {
    writeFileSync(join(this.folder, path), content);
  }

  /** Removes uncommitted files, except dependencies and turbo's cache. */
  clean(): void {
    for (const path of globSync(ignored, { cwd: this.folder })) {
      rmSync(join(this.folder, path), { recursive: true });
    }
  }

  /** Runs a command in the root of the clone, as from a shell. */
  async run({ command, environment, until }: CloneCommand): Promise<Ended> {
    const [program = "", ...parameters] = command;
    const child = spawn(program, parameters, {
      cwd: this.folder,
      // Starts a process group, which can be stopped as a whole.
      detached: true,
      env: { ...shellEnvironment(), ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (until?.test(stdout)) {
        stop(child);
      }
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const [exitCode]: (number | null)[] = await once(child, "close");
    return { exitCode: exitCode ?? null, stdout, stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function stop({ pid }: ChildProcess): void {
  if (pid !== undefined) {
    process.kill(-pid, "SIGTERM");
  }
}

/** Returns the environment without the variables that vitest and its pnpm have added. */
export function shellEnvironment(): NodeJS.ProcessEnv {
  const added =
    /^(npm_|pnpm_|PNPM_SCRIPT|VITE|INIT_CWD|NODE_ENV|NODE_OPTIONS|.*_TESTS$|TEST$|DEV$|PROD$|MODE$|BASE_URL$|SSR$)/;
  const kept = Object.entries(process.env).filter(([name]) => !added.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: "1", DO_NOT_TRACK: "1" };
}
