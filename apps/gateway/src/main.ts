#!/usr/bin/env node
import { run } from "./run.js";

/* The first signal lets streams come to their end; a second one ends the process at once. */
const controller = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => controller.abort());
}

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  directory: process.cwd(),
  signal: controller.signal,
});

/* Everything is closed; whatever is left must not keep the process. */
setTimeout(() => process.exit(), 1000).unref();
