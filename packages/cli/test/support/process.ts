import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const packageFolder = join(import.meta.dirname, "../..");
const resolver = join(packageFolder, "../../scripts/source-resolver.ts");

/** What makes Node run the command from source. */
export const nodeParameters: readonly string[] = [
  "--conditions=@stepwire/source",
  "--import",
  pathToFileURL(resolver).href,
  join(packageFolder, "src/main.ts"),
];

/** Starts the command as a process of its own, from source. */
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
