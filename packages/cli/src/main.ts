#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { ExitCode, fileFailure } from "./failure.js";
import { standardOutput } from "./files/standard-output.js";

// Keeps compiled modules on disk for the next start. It applies to modules imported after this.
enableCompileCache();

/*
 * A signal lets the command remove incomplete files. After that, the process ends with the same
 * signal, as shells expect. A second signal ends it immediately. SIGHUP is sent when the terminal
 * is closed.
 */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const controller = new AbortController();
let received: NodeJS.Signals | undefined;

function end(signal: NodeJS.Signals): void {
  received = signal;
  for (const each of signals) {
    process.off(each, end);
  }
  controller.abort(new Error(`ended by ${signal}`));
}

for (const signal of signals) {
  process.on(signal, end);
}

try {
  const { run } = await import("./run.js");
  process.exitCode = await run(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: standardOutput(),
    stderr: process.stderr,
    environment: process.env,
    directory: workingDirectory(),
    signal: controller.signal,
  });
} catch (error) {
  if (received === undefined) {
    throw error;
  }
  process.kill(process.pid, received);
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (error) {
    // The current folder was removed by another program.
    process.stderr.write(`stepwire: ${fileFailure("the current folder", error).message}\n`);
    process.exit(ExitCode.failure);
  }
}
