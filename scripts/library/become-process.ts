import { spawn } from "node:child_process";
import { forwardSignals } from "./signals.ts";

/**
 * Replaces this process by a program, so that the caller sees the program's signals, streams and
 * exit status. If the system cannot replace a process, the program runs as a child that receives
 * every signal.
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
