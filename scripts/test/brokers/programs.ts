import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, createReadStream } from "node:fs";
import { join, resolve } from "node:path";
import { root } from "../../library/command.ts";
import { Project } from "../packages/support/project.ts";
import { typescript } from "../packages/support/types.ts";

/** What a program has written, and how it ended. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** Options of a program. */
export interface ProgramOptions {
  /** A file for its standard input, relative to the root of the repository. */
  readonly input?: string;
  readonly directory?: string;
  readonly environment?: NodeJS.ProcessEnv;
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

/** Copies an example to a project that has our built packages, and checks its types. */
export async function installExample(name: string): Promise<Project> {
  const project = new Project();
  cpSync(join(root, "examples", name), project.folder, {
    recursive: true,
    filter: (path) => !path.endsWith("node_modules"),
  });
  await project.run(`npm install --save-dev ${typescript} @types/node@24`);
  const strict = "--noEmit --strict --skipLibCheck --allowImportingTsExtensions";
  await project.run(`npx tsc ${strict} --target es2024 --module nodenext --types node *.ts`);
  return project;
}

/** Runs a program of an example. */
export function runExample(
  project: Project,
  [program = "", ...parameters]: readonly string[],
  options: ProgramOptions = {},
): Promise<Ended> {
  const { folder: directory, environment } = project;
  return runProgram([process.execPath, program, ...parameters], {
    directory,
    environment,
    ...options,
  });
}
