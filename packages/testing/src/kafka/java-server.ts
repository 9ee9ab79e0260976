import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

/** A server in Java. */
export interface JavaServer {
  /** Kills it. */
  close(): Promise<void>;
}

/** Options of a server. */
export interface JavaServerOptions {
  readonly parameters: readonly string[];
  readonly directory: string;
  /** Returns whether it answers. */
  isReady(): Promise<boolean>;
  /** How long it may take to start, in milliseconds. */
  readonly timeout?: number;
}

/** The end of its log that an error shows, in characters. */
const LOG_END = 4_000;
const PAUSE = 200;

/**
 * Starts a server, and waits until it answers.
 *
 * @throws with the end of its log if it does not start.
 */
export async function startJava({
  parameters,
  directory,
  isReady,
  timeout = 120_000,
}: JavaServerOptions): Promise<JavaServer> {
  const child = spawn("java", ["-Xmx512m", ...parameters], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-LOG_END);
    });
  }
  const close = (): Promise<void> => kill(child);
  const end = Date.now() + timeout;
  while (!(await isReady())) {
    if (failure !== undefined || child.exitCode !== null || Date.now() > end) {
      await close();
      throw failure ?? new Error(`the server in Java did not start: ${log}`);
    }
    await delay(PAUSE);
  }
  return { close };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const closed = once(child, "close");
    child.kill("SIGKILL");
    await closed;
  }
}
