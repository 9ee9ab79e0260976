import { spawn } from "node:child_process";
import { forwardSignals } from "./signals.ts";

/**
 * Runs a program in the place of this process, so that its signals, its streams and its
 * exit status are those that the caller sees. Where the system cannot replace a process,
 * it is a child that gets every signal.
 */
export function becomeProcess(
  program: string,
  parameters: readonly string[],
  directory: string,
): void {
  if (process.execve !== undefined && process.platform !== "win32") {
    process.chdir(directory);
    process.execve(program, [program, ...parameters]);
  }
  const child = spawn(program, parameters, { cwd: directory, stdio: "inherit" });
  const stop = forwardSignals(child);
  child.once("error", (error) => {
    throw error;
  });
  child.once("close", (code, signal) => {
    stop();
    if (signal !== null) {
      process.kill(process.pid, signal);
    }
    process.exitCode = code ?? 1;
  });
}
