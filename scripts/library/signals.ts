import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Forwards each signal that would end this process to a child. The caller must end this process
 * after the child.
 *
 * @returns a function that stops the forwarding.
 */
export function forwardSignals(child: ChildProcess): () => void {
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  for (const signal of signals) {
    process.on(signal, forward);
  }
  return () => {
    for (const signal of signals) {
      process.off(signal, forward);
    }
  };
}

const children = new Set<ChildProcess>();

function endAll(signal: NodeJS.Signals): void {
  for (const child of children) {
    child.kill(signal);
  }
  for (const each of signals) {
    process.off(each, endAll);
  }
  process.kill(process.pid, signal);
}

/**
 * Ends a child when this process is ended, by the same signal.
 *
 * @returns a function to call when the child has ended.
 */
export function endTogether(child: ChildProcess): () => void {
  if (children.size === 0) {
    for (const signal of signals) {
      process.on(signal, endAll);
    }
  }
  children.add(child);
  return () => {
    children.delete(child);
    if (children.size === 0) {
      for (const signal of signals) {
        process.off(signal, endAll);
      }
    }
  };
}

/**
 * Keeps the process running until it is interrupted.
 *
 * @param start starts what runs until then. It may take long; an interruption waits for it.
 * @param stop ends it.
 */
export async function runUntilInterrupted<Running>(
  start: () => Promise<Running>,
  stop: (running: Running) => Promise<unknown>,
): Promise<void> {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => controller.abort());
  }
  const running = await start();
  // A signal alone does not keep the process alive.
  const timer = setInterval(() => {}, 60_000);
  if (!controller.signal.aborted) {
    await once(controller.signal, "abort");
  }
  clearInterval(timer);
  await stop(running);
}
