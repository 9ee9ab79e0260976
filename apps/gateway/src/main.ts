#!/usr/bin/env node
import { run } from "./run.js";

/* The first signal lets streams end by themselves; a second one ends the process immediately. */
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

/* Everything is closed; any remaining timer or socket must not keep the process alive. */
setTimeout(() => process.exit(), 1000).unref();
