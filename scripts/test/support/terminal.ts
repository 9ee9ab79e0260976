import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** The result of commands. */
export interface Printed {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that keeps running. */
export interface RunningServer {
  /** What it has printed so far, on both outputs. */
  printed(): string;
  /** Whether it has ended by itself. */
  hasEnded(): boolean;
}

/**
 * The terminals of somebody who follows a tutorial: one for commands, in which `cd`, `export` and
 * programs in the background last, and one for each server, which begins in the tutorial's folder.
 * Outputs are files, so programs in the background keep no command from ending.
 */
export class Terminals {
  readonly #state = mkdtempSync(join(tmpdir(), "stepwire-terminal-"));
  readonly #children: ChildProcess[] = [];
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#environment = environment;
    writeFileSync(join(this.#state, "state.sh"), `cd '${folder}'\n`);
  }

  /** Runs commands in the first terminal. They end at the first one that fails. */
  async run(commands: string, timeout: number): Promise<Printed> {
    const state = join(this.#state, "state.sh");
    const save = `{ export -p; echo "cd '$PWD'"; } > '${state}'`;
    const { child, stdout, stderr } = this.#start(`. '${state}'\nset -e\n${commands}\n${save}\n`);
    const ended = once(child, "exit").then(([code]: (number | null)[]) => code ?? null);
    const exitCode = await Promise.race([ended, wait(timeout, undefined, { ref: false })]);
    const printed = { stdout: readFileSync(stdout, "utf8"), stderr: readFileSync(stderr, "utf8") };
    if (exitCode === undefined) {
      throw new Error(`not finished after ${timeout} ms:\n${commands}\n${JSON.stringify(printed)}`);
    }
    return { exitCode, ...printed };
  }

  /** Starts a server in a terminal of its own. */
  serve(commands: string): RunningServer {
    const { child, stdout, stderr } = this.#start(`set -e\n${commands}`);
    return {
      printed: () => readFileSync(stdout, "utf8") + readFileSync(stderr, "utf8"),
      hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    };
  }

  /** Ends everything that was started. */
  close(): void {
    for (const { pid } of this.#children) {
      if (pid !== undefined) {
        stopGroup(pid);
      }
    }
    rmSync(this.#state, { recursive: true, force: true });
  }

  #start(script: string): { child: ChildProcess; stdout: string; stderr: string } {
    const name = join(this.#state, String(this.#children.length));
    const [stdout, stderr] = [`${name}.out`, `${name}.err`];
    const outputs = [openSync(stdout, "w"), openSync(stderr, "w")] as const;
    const child = spawn("sh", ["-c", script], {
      cwd: this.#folder,
      // A process group, which also has the programs in the background.
      detached: true,
      env: this.#environment,
      stdio: ["ignore", ...outputs],
    });
    for (const output of outputs) {
      closeSync(output);
    }
    this.#children.push(child);
    return { child, stdout, stderr };
  }
}

function stopGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // All of the group have ended.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error;
    }
  }
}
