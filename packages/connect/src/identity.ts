import type { HeaderReader } from "./headers.js";

/** The headers that identify a caller: credentials, organization and project. */
export const identifying: readonly string[] = [
  "authorization",
  "api-key",
  "openai-organization",
  "openai-project",
];

/** Returns those headers of a request that identify its caller. */
export function identityIn(headers: HeaderReader): [name: string, value: string][] {
  return identifying.flatMap((name): [string, string][] => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  });
}
