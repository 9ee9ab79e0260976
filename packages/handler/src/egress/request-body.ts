import { OpenAIHttpError } from "@stepwire/connect/web";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Returns the text of a request's body.
 *
 * @throws {OpenAIHttpError} if it is not UTF-8. Replacing bytes by U+FFFD would change the text.
 */
export function textOf(body: Uint8Array, encoding = "identity"): string {
  if (!/^\s*(identity)?\s*$/i.test(encoding)) {
    throw OpenAIHttpError.create(415, {
      message: "The request's body has a content-encoding, which is not served.",
      code: "unsupported_content_encoding",
    });
  }
  try {
    return utf8.decode(body);
  } catch {
    throw OpenAIHttpError.create(400, {
      message: `The request's body is not UTF-8: the first byte that is wrong is at offset ${validLength(body)}.`,
      code: "invalid_utf8",
    });
  }
}

/** Returns the number of bytes before the first one that is not UTF-8. */
function validLength(body: Uint8Array): number {
  let valid = 0;
  let invalid = body.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isPrefix(body.subarray(0, middle))) {
      valid = middle;
    } else {
      invalid = middle;
    }
  }
  return valid;
}

/** Returns whether bytes are UTF-8, allowing an incomplete last character. */
function isPrefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns the body of a request for a stream, which is passed on unchanged.
 *
 * @throws {OpenAIHttpError} if it is not a JSON object, or does not ask for a stream.
 */
export function streamingBody(body: unknown): string {
  if (typeof body !== "string") {
    throw invalid("The request has no body.", null);
  }
  const value = parse(body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid("The request's body is not a JSON object.", null);
  }
  if (!("stream" in value && value.stream === true)) {
    throw invalid("Only runs that are streamed are served here: set 'stream' to true.", "stream");
  }
  return body;
}

/** Returns whether the body of a request asks for a stream; false if it is not a JSON object. */
export function asksForStream(body: unknown): boolean {
  if (typeof body !== "string") {
    return false;
  }
  try {
    const value: unknown = JSON.parse(body);
    return (
      typeof value === "object" && value !== null && "stream" in value && value.stream === true
    );
  } catch {
    return false;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("The request's body is not JSON.", null);
  }
}

function invalid(message: string, param: string | null): OpenAIHttpError {
  return OpenAIHttpError.create(400, { message, param });
}

/** Returns whether a media type is `application/json`, with any parameters. */
export function isJson(type: string): boolean {
  const [essence = ""] = type.split(";", 1);
  return essence.trim().toLowerCase() === "application/json";
}
