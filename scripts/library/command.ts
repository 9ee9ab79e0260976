import { AsyncLocalStorage } from "node:async_hooks";
import { type ChildProcess, spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { delimiter, join } from "node:path";
import { endTogether } from "./signals.ts";

/** The root of the workspace. */
export const root: string = join(import.meta.dirname, "..", "..");

/** The output of a command, and whether it succeeded. */
export interface CommandResult {
  succeeded: boolean;
  /** Standard output and standard error, interleaved as they were written. */
  output: string;
}

/** Whether tools should use colours. They write to a pipe, so this depends on our own output. */
export const colourful: boolean =
  process.stdout.isTTY === true || process.env["FORCE_COLOR"] === "1";

const colours = colourful ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };

/** Options for running a command. */
export interface CommandOptions {
  /** The folder to run in; by default the root of the workspace. */
  directory?: string;
  /** Environment variables in addition to those of this process. */
  environment?: Readonly<Record<string, string>>;
}

const background = new AsyncLocalStorage<true>();

/** Runs all commands in `work` with the lowest priority. */
export function inBackground<Result>(work: () => Promise<Result>): Promise<Result> {
  return background.run(true, work);
}

function lowerPriority({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) {
      setPriority(pid, constants.priority.PRIORITY_LOW);
    }
  } catch {
    // The process has already ended, or the system does not allow it; then it keeps its priority.
  }
}

/**
 * Runs a command and returns its output, so that the caller decides whether to show it. The tools
 * of the workspace are on the path, even if a script was started without pnpm.
 */
export function run(command: string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [program, ...parameters] = command;
  if (program === undefined) {
    throw new TypeError("an empty command");
  }
  const tools = join(root, "node_modules", ".bin");
  return new Promise((resolve) => {
    const child = spawn(program, parameters, {
      cwd: options.directory ?? root,
      env: {
        ...process.env,
        ...colours,
        ...options.environment,
        DO_NOT_TRACK: "1",
        PATH: `${tools}${delimiter}${process.env["PATH"] ?? ""}`,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stop = endTogether(child);
    if (background.getStore() === true) {
      lowerPriority(child);
    }
    const chunks: Buffer[] = [];
    const keep = (chunk: Buffer): void => {
      chunks.push(chunk);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => {
      stop();
      resolve({ succeeded: false, output: `${program}: ${error.message}\n` });
    });
    child.on("close", (code, signal) => {
      stop();
      const end = signal === null ? "" : `${program}: ended by ${signal}\n`;
      resolve({ succeeded: code === 0, output: Buffer.concat(chunks).toString("utf8") + end });
    });
  });
}

/** Runs commands in parallel; the output is in the order of the commands. */
export async function runAll(
  commands: string[][],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const results = await Promise.all(commands.map((command) => run(command, options)));
  return {
    succeeded: results.every((result) => result.succeeded),
    output: results
      .filter((result) => !result.succeeded)
      .map((result) => result.output.trimEnd())
      .join("\n"),
  };
}
