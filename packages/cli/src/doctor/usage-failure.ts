import { CommandFailure, ExitCode } from "../failure.js";

/** Creates a failure for a wrong command line. */
export function usageFailure(message: string): CommandFailure {
  return new CommandFailure(message, { exitCode: ExitCode.usage });
}
