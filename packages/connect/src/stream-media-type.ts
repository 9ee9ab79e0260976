/*
 * How the stream format is negotiated over HTTP. docs/stream-format-over-http.md describes it.
 */

/** Media type of the stream format. */
export const STREAM_MEDIA_TYPE = "application/vnd.stepwire.stream";

/** The version of the format that is written, and the newest that is read. */
export const STREAM_VERSION = 1;

/** Media type of a request: the binary message. */
export const REQUEST_MEDIA_TYPE = "application/proto";

/** Header of a response with the identifier for resuming the stream. */
export const STREAM_ID = "stepwire-stream-id";

/** Header of a request with its deadline, in milliseconds from now. The same as in Connect. */
export const TIMEOUT = "connect-timeout-ms";

/**
 * Header of an error. The first word is the name of its Connect code. `answer` follows if the error
 * is the answer of the server behind the service; `truncated` if the end of its body is missing.
 */
export const ERROR = "stepwire-error";

/** Whether a caller accepts the stream format, in a version that is written here. */
export type Acceptance = "accepted" | "other version" | "not accepted";

/** Reads the header `accept` of a request. */
export function acceptance(accept: string | null): Acceptance {
  if (accept === null) {
    return "accepted";
  }
  let result: Acceptance = "not accepted";
  for (const range of accept.split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    if (parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) {
      continue;
    }
    if (type === "*/*" || type === "application/*") {
      return "accepted";
    }
    if (type === STREAM_MEDIA_TYPE) {
      const version = parameters.find((parameter) => parameter.startsWith("version="));
      if (version === undefined || version === `version=${STREAM_VERSION}`) {
        return "accepted";
      }
      result = "other version";
    }
  }
  return result;
}
