import { type Header, OpenAIHttpError } from "@stepwire/connect";
import type { EncodingError } from "./decoded-body.js";

/*
 * What a client sees where the upstream itself has said nothing, or nothing that could be
 * passed on. The reasons stay behind as causes: they may name hosts and quote answers.
 */

/** The upstream took longer than it may. */
export function upstreamTimeout(cause: unknown): OpenAIHttpError {
  const members = { message: "The upstream took too long to answer.", code: "upstream_timeout" };
  return OpenAIHttpError.create(504, members, { cause });
}

/** No connection, or one that broke before the answer. */
export function unreachable(cause: unknown): OpenAIHttpError {
  const members = { message: "The upstream cannot be reached.", code: "upstream_unreachable" };
  return OpenAIHttpError.create(502, members, { cause });
}

/** The answer had begun and did not come to its end. */
export function interrupted(cause: unknown): OpenAIHttpError {
  const members = {
    message: "The upstream ended in the middle of its answer.",
    code: "upstream_interrupted",
  };
  return OpenAIHttpError.create(502, members, { cause });
}

/** The answer is none of the API's. */
export function unexpected(what: string, cause?: unknown): OpenAIHttpError {
  const members = { message: `The upstream's answer is not ${what}.`, code: "upstream_invalid" };
  return OpenAIHttpError.create(502, members, { cause });
}

/** The answer has bytes that are not UTF-8. */
export function invalidUtf8(cause?: unknown): OpenAIHttpError {
  const members = {
    message:
      "The upstream's answer is not UTF-8. With --replace-invalid-utf8, the ingress lets it pass with U+FFFD.",
    code: "upstream_invalid",
  };
  return OpenAIHttpError.create(502, members, { cause });
}

/** The answer has a content-encoding that cannot be decoded. */
export function badEncoding(
  error: EncodingError,
  status = 502,
  headers: readonly Header[] = [],
): OpenAIHttpError {
  const members = {
    message: `The upstream's answer has ${error.message}.`,
    code: "upstream_encoding",
  };
  const { body, headers: own } = OpenAIHttpError.create(status, members);
  return new OpenAIHttpError({ status, headers: [...headers, ...own], body }, { cause: error });
}

/** The answer is a redirect that is not followed. */
export function redirected(why: string, status: number): OpenAIHttpError {
  const message = `The upstream ${why} (status ${status}), which is not followed.`;
  return OpenAIHttpError.create(502, { message, code: "upstream_status" });
}

/** An event is larger than it may be. */
export function eventTooLarge(maxBytes: number, cause: unknown): OpenAIHttpError {
  const members = {
    message: `An event of the upstream is too large: it has more than ${maxBytes} bytes.`,
    code: "upstream_too_large",
  };
  return OpenAIHttpError.create(502, members, { cause });
}

/** The answer is larger than it may be. */
export function tooLarge(cause?: unknown): OpenAIHttpError {
  const members = { message: "The upstream's answer is too large.", code: "upstream_too_large" };
  return OpenAIHttpError.create(502, members, { cause });
}

const TIMEOUTS = new Set([
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Whether an error of the HTTP client says that its time was over. */
export function isUpstreamTimeout(error: unknown): boolean {
  return TIMEOUTS.has(codeOf(error));
}

/** Whether a connection broke that had been there. */
export function isBrokenConnection(error: unknown): boolean {
  return ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
