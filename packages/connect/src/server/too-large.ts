import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { UniversalServerRequest } from "@connectrpc/connect/protocol";
import { OpenAIHttpError } from "../errors/openai-http-error.js";
import { mapEvents } from "../streams/map-events.js";

/*
 * A request that is too large is answered with 413. Connect uses one code both for this and for too
 * many requests; a client would retry the latter.
 */

/** Returns the error for a request that is too large. */
export function requestTooLarge(cause?: unknown): ConnectError {
  const members = { message: "The request is too large.", code: "request_too_large" };
  return OpenAIHttpError.create(413, members, { cause }).toConnectError();
}

/** Converts the error for a stream request that is too large. */
export const explainTooLarge: Interceptor = (next) => (request) =>
  next(
    request.stream
      ? {
          ...request,
          message: mapEvents(request.message, {
            map: (message) => message,
            mapError: (error) =>
              ConnectError.from(error).code === Code.ResourceExhausted
                ? requestTooLarge(error)
                : error,
          }),
        }
      : request,
  );

const CONTENT_LENGTH = "content-length";

/** Content types that put 5 bytes before each message: a flag and the length. */
const ENVELOPED = /^application\/(grpc|connect\+)/;
const LENGTH_OFFSET = 1;
const PREFIX_BYTES = 5;

/**
 * Converts the error for a unary request that is too large. Interceptors do not see such a request,
 * so its bytes are counted here.
 */
export function watchSize(
  request: UniversalServerRequest,
  maxBytes: number,
): UniversalServerRequest {
  const { header, body } = request;
  if (!isStream(body)) {
    return request;
  }
  if (Number(header.get(CONTENT_LENGTH)) > maxBytes) {
    // Because of this header, Connect would refuse the request with its own error.
    header.delete(CONTENT_LENGTH);
  }
  const enveloped = ENVELOPED.test(header.get("content-type") ?? "");
  let length = 0;
  const map = (chunk: Uint8Array): Uint8Array => {
    const announced = enveloped && length === 0 ? announcedLength(chunk) : 0;
    length += chunk.length;
    if (announced > maxBytes || length > maxBytes + (enveloped ? PREFIX_BYTES : 0)) {
      throw requestTooLarge();
    }
    return chunk;
  };
  return { ...request, body: mapEvents(body, { map }) };
}

function isStream(body: UniversalServerRequest["body"]): body is AsyncIterable<Uint8Array> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

function announcedLength(chunk: Uint8Array): number {
  return chunk.length < PREFIX_BYTES
    ? 0
    : new DataView(chunk.buffer, chunk.byteOffset).getUint32(LENGTH_OFFSET);
}
