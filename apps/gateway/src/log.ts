import type { Writable } from "node:stream";
import { type Logger, pino } from "pino";

/** How much is logged. */
export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** How much is logged. */
export type LogLevel = (typeof logLevels)[number];

/**
 * A log of one JSON object a line. Requests are logged by what was asked for and how it
 * went, never with their headers, queries or bodies.
 */
export function createLog(level: LogLevel, role: string, destination: Writable): Logger {
  return pino(
    {
      level,
      base: { role },
      timestamp: pino.stdTimeFunctions.isoTime,
      // Nothing hands these to the log; this holds if something ever should.
      redact: ["*.headers", "*.authorization", "*.body", "headers", "authorization", "body"],
      serializers: { error: describeError },
    },
    destination,
  );
}

/** An error by its kind. What it says may quote a request, so only that of systems is kept. */
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
