#!/usr/bin/env node
import { run } from "./run.js";

/*
 * A signal lets the command remove what it has not finished; then the process ends by
 * that very signal, as the shell expects. A second one ends it at once.
 */
const controller = new AbortController();
let received: NodeJS.Signals | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    received = signal;
    controller.abort(new Error(`ended by ${signal}`));
  });
}

try {
  process.exitCode = await run(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    directory: process.cwd(),
    signal: controller.signal,
  });
} catch (error) {
  if (received === undefined) {
    throw error;
  }
  process.kill(process.pid, received);
}
