import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fromSource } from "@stepwire/testing";

const packageFolder = join(import.meta.dirname, "../..");

/** Parameters that make Node run the command from its source. */
export const nodeParameters: readonly string[] = [
  ...fromSource,
  join(packageFolder, "src/main.ts"),
];

/** Starts the command from its source in a new process. */
export function startStepwire(
  parameters: readonly string[],
  options: { directory?: string; nodeOptions?: readonly string[] } = {},
): ChildProcessWithoutNullStreams {
  const child = spawn(
    process.execPath,
    [...(options.nodeOptions ?? []), ...nodeParameters, ...parameters],
    { cwd: options.directory ?? packageFolder, stdio: "pipe" },
  );
  // A command may end before it has read what it was sent.
  child.stdin.on("error", () => {});
  return child;
}

/** How a process ended, and what it said. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** Waits for the end of a process. */
export async function ended(child: ChildProcessWithoutNullStreams): Promise<ProcessEnd> {
  const chunks: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(child, "close");
  return {
    exitCode: child.exitCode,
    signal: child.signalCode,
    stderr: Buffer.concat(chunks).toString("utf8"),
  };
}
