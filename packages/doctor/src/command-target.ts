import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Answer } from "./judge.js";
import { Bell, sendChunks } from "./live.js";
import type { Probe } from "./probe.js";
import {
  Collector,
  DEFAULT_TARGET_BOUNDS,
  type Target,
  type TargetBounds,
  TargetError,
  tooLarge,
} from "./target.js";

/** A command, without a shell. */
export interface CommandLine {
  readonly command: string;
  readonly parameters: readonly string[];
  /** The folder in which it runs. */
  readonly directory?: string;
  /** Its environment; by default that of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Creates a target that starts a command for each probe: it reads a document or a stream from
 * standard input, and writes what it makes of it to standard output. The variables
 * `STEPWIRE_PROBE_FAMILY`, `_FORM` and `_NAME` say which probe it is.
 */
export function createCommandTarget(
  line: CommandLine,
  bounds: TargetBounds = DEFAULT_TARGET_BOUNDS,
): Target {
  return {
    skips: ({ form }) => (form === "request" ? "a command has no upstream" : undefined),
    send: (probe, signal) => runCommand(line, probe, bounds, signal),
    close: async () => {},
  };
}

/** Starts a command. @throws {TargetError} if it cannot be started. */
export async function startCommand(
  { command, parameters, directory, environment = process.env }: CommandLine,
  variables: Readonly<Record<string, string>> = {},
): Promise<ChildProcessWithoutNullStreams> {
  const child = spawn(command, parameters, {
    cwd: directory,
    env: { ...environment, ...variables },
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own, so that the programs that it starts end with it.
    detached: hasGroups,
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (cause) =>
      reject(new TargetError(`${command}: ${cause.message}`, { cause })),
    );
  });
  // A command may end without reading its input.
  child.stdin.on("error", () => {});
  return child;
}

const hasGroups = process.platform !== "win32";

/** Ends a command at once, with the programs that it started. */
export function killCommand(child: ChildProcessWithoutNullStreams): void {
  if (hasGroups && child.pid !== undefined && child.exitCode === null) {
    try {
      process.kill(-child.pid, "SIGKILL");
      return;
    } catch {
      // It has just ended.
    }
  }
  child.kill("SIGKILL");
}

async function runCommand(
  line: CommandLine,
  probe: Probe,
  { timeout, maxBytes, patience }: TargetBounds,
  signal: AbortSignal,
): Promise<Answer> {
  signal.throwIfAborted();
  const child = await startCommand(line, {
    STEPWIRE_PROBE_FAMILY: probe.family,
    STEPWIRE_PROBE_FORM: probe.form,
    STEPWIRE_PROBE_NAME: probe.name,
  });
  const output = new Collector(maxBytes);
  const bell = new Bell();
  let refusal: string | undefined;
  let isHung = false;
  const stop = (reason: string): void => {
    refusal ??= reason;
    killCommand(child);
  };
  const abort = (): void => stop("interrupted");
  signal.addEventListener("abort", abort, { once: true });
  const timer = setTimeout(() => {
    isHung = true;
    stop(`no answer within ${timeout} ms`);
  }, timeout);
  child.stdout.on("data", (chunk: Buffer) => {
    if (!output.add(chunk)) {
      stop(tooLarge(maxBytes));
    }
    bell.ring();
  });
  child.stderr.resume();
  const ended = new Promise<string | undefined>((resolve) => {
    child.once("close", (code, killedBy) => {
      bell.end();
      resolve(code === 0 ? undefined : killedBy === null ? `exit code ${code}` : killedBy);
    });
  });
  try {
    const arrivals = { bytes: () => output.bytes, more: () => bell.wait() };
    const write = (chunk: Uint8Array): Promise<void> => writeTo(child, chunk);
    const delayed = await sendChunks(probe, write, arrivals, patience);
    child.stdin.end();
    const failed = await ended;
    signal.throwIfAborted();
    return { output: output.bytes, refusal: refusal ?? failed, isHung, delayed };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

/** Writes to a command. Settles when it can take more, or has ended. */
export function writeTo(child: ChildProcessWithoutNullStreams, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (child.stdin.destroyed) {
      resolve();
    } else {
      child.stdin.write(chunk, () => resolve());
    }
  });
}
