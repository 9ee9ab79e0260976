import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";

const root = join(import.meta.dirname, "../../../..");
const resolver = pathToFileURL(join(root, "scripts/source-resolver.ts")).href;

/** A command of the project, as a process of its own. */
export interface Program {
  readonly process: ChildProcess;
  /** All that it has written to standard output. */
  output(): string;
  /** Settles with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Starts a command from its source, for the time of a test. */
export function startProgram(
  main: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Program {
  const child = spawn(
    process.execPath,
    ["--conditions=@stepwire/source", "--import", resolver, join(root, main), ...parameters],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...environment } },
  );
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

/** Starts a gateway as a process; settles with its URL when it listens. */
export async function startGateway(
  parameters: readonly string[],
): Promise<Program & { readonly url: string }> {
  const program = startProgram("apps/gateway/src/main.ts", parameters);
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
