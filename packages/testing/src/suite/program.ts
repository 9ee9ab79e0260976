import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { fromSource, projectRoot } from "./project.js";

/** A running program of the project. */
export interface Program {
  readonly process: ChildProcess;
  /** Returns what it has written so far, to standard output and standard error. */
  output(): string;
  /** Settles with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/**
 * Starts a program of the project from its source. It is killed at the end of the test.
 *
 * @param main Path of its main module, relative to the root of the project.
 */
export function startProgram(
  main: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Program {
  const child = spawn(process.execPath, [...fromSource, join(projectRoot, main), ...parameters], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const ended = once(child, "close").then(([code, signal]) => String(code ?? signal));
  return { process: child, output: () => output, ended };
}

/** Starts a gateway from its source. It is killed at the end of the test. */
export async function startGateway(
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Program & { readonly url: string }> {
  const program = startProgram("apps/gateway/src/main.ts", parameters, environment);
  for (;;) {
    const url = /"url":"([^"]+)"/.exec(program.output())?.[1];
    if (url !== undefined) {
      return { ...program, url };
    }
    const { stdout } = program.process;
    await Promise.race([stdout && once(stdout, "data"), program.ended]);
    if (program.process.exitCode !== null || program.process.signalCode !== null) {
      throw new Error(`the gateway did not start: ${program.output()}`);
    }
  }
}
