import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fromSource } from "../../../packages/testing/src/suite/project.ts";
import { root } from "../../library/command.ts";

/** What a program has written, and how it ended. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** Options of a program. */
export interface ProgramOptions {
  /** A file for its standard input, relative to the root of the project. */
  readonly input?: string;
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a program to its end. */
export async function runProgram(
  [program = "", ...parameters]: readonly string[],
  { input, directory = root, environment = {} }: ProgramOptions = {},
): Promise<Ended> {
  const child = spawn(program, parameters, {
    cwd: directory,
    env: { ...process.env, ...environment },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  if (input === undefined) {
    child.stdin.end();
  } else {
    createReadStream(resolve(root, input)).pipe(child.stdin);
  }
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { stdout, stderr, exitCode };
}

/** Runs a TypeScript program of an example, with the packages from their sources. */
export function runExample(
  path: string,
  parameters: readonly string[],
  options: ProgramOptions = {},
): Promise<Ended> {
  const program = join(root, "examples", path);
  return runProgram([process.execPath, ...fromSource, program, ...parameters], {
    directory: dirname(program),
    ...options,
  });
}
