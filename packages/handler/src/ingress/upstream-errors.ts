import { type Header, OpenAIHttpError } from "@stepwire/connect/web";
import type { EncodingError } from "./upstream-client.js";

/*
 * Errors for clients if the upstream sent no error of its own that can be passed on. The original
 * errors are kept as causes and not shown, because they may contain host names and quote answers.
 */

/** Returns the error for an upstream that exceeded its time limit. */
export function upstreamTimeout(cause: unknown): OpenAIHttpError {
  const members = { message: "The upstream took too long to answer.", code: "upstream_timeout" };
  return OpenAIHttpError.create(504, members, { cause });
}

/** Returns the error for a connection that failed or broke before the answer. */
export function unreachable(cause: unknown): OpenAIHttpError {
  const members = { message: "The upstream cannot be reached.", code: "upstream_unreachable" };
  return OpenAIHttpError.create(502, members, { cause });
}

/** Returns the error for an answer that began but was cut off. */
export function interrupted(cause: unknown): OpenAIHttpError {
  const members = {
    message: "The upstream ended in the middle of its answer.",
    code: "upstream_interrupted",
  };
  return OpenAIHttpError.create(502, members, { cause });
}

/** Returns the error for an answer that does not follow the API. */
export function unexpected(what: string, cause?: unknown): OpenAIHttpError {
  const members = { message: `The upstream's answer is not ${what}.`, code: "upstream_invalid" };
  return OpenAIHttpError.create(502, members, { cause });
}

/** Returns the error for an answer with bytes that are not UTF-8. */
export function invalidUtf8(cause?: unknown): OpenAIHttpError {
  const members = {
    message:
      "The upstream's answer is not UTF-8. With --replace-invalid-utf8, the ingress lets it pass with U+FFFD.",
    code: "upstream_invalid",
  };
  return OpenAIHttpError.create(502, members, { cause });
}

/** Returns the error for an answer with a content-encoding that cannot be decoded. */
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

/** Returns the error for a redirect that is not followed. */
export function redirected(why: string, status: number): OpenAIHttpError {
  const message = `The upstream ${why} (status ${status}), which is not followed.`;
  return OpenAIHttpError.create(502, { message, code: "upstream_status" });
}

/** Returns the error for an event that exceeds the size limit. */
export function eventTooLarge(maxBytes: number, cause: unknown): OpenAIHttpError {
  const members = {
    message: `An event of the upstream is too large: it has more than ${maxBytes} bytes.`,
    code: "upstream_too_large",
  };
  return OpenAIHttpError.create(502, members, { cause });
}

/** Returns the error for an answer that exceeds the size limit. */
export function tooLarge(cause?: unknown): OpenAIHttpError {
  const members = { message: "The upstream's answer is too large.", code: "upstream_too_large" };
  return OpenAIHttpError.create(502, members, { cause });
}
