import type { Writable } from "node:stream";
import { type Logger, pino } from "pino";

/** The log levels. */
export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** A log level. */
export type LogLevel = (typeof logLevels)[number];

/**
 * Creates a log with one JSON object per line. It contains the operation and the result of
 * requests, but never their headers, queries or bodies.
 */
export function createLog(level: LogLevel, role: string, destination: Writable): Logger {
  return pino(
    {
      level,
      base: { role },
      timestamp: pino.stdTimeFunctions.isoTime,
      // A safeguard: no code logs these members today.
      redact: ["*.headers", "*.authorization", "*.body", "headers", "authorization", "body"],
      serializers: { error: describeError },
    },
    destination,
  );
}

/**
 * Describes an error by its kind. Error messages may quote a request, so only messages of the
 * operating system are kept.
 */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) {
    return { name: typeof error };
  }
  const code = "code" in error ? error.code : undefined;
  return { name: error.name, code, stack: withoutMessage(error) };
}

function withoutMessage({ stack = "" }: Error): string[] {
  return stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
}
