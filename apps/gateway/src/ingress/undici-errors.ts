import { ForwardTimeout } from "@stepwire/handler/internal";

const TIMEOUTS: ReadonlySet<string> = new Set([
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Codes of errors for connections that the other side has closed. */
const BROKEN: ReadonlySet<string> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** Returns an error of undici as the handlers expect it. */
export function toClientError(error: Error): Error {
  return TIMEOUTS.has(codeOf(error))
    ? new ForwardTimeout("the server exceeded a time limit", { cause: error })
    : error;
}

/** Returns whether an error means that an established connection broke. */
export function isBrokenConnection(error: unknown): boolean {
  return BROKEN.has(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
