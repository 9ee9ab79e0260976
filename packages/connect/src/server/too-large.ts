import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { UniversalServerRequest } from "@connectrpc/connect/protocol";
import { OpenAIHttpError } from "../errors/openai-http-error.js";
import { mapEvents } from "../streams/map-events.js";

/*
 * A request that is too large is 413. Connect has one code for it and for too many
 * requests, which a client would repeat.
 */

function requestTooLarge(cause?: unknown): ConnectError {
  const members = { message: "The request is too large.", code: "request_too_large" };
  return OpenAIHttpError.create(413, members, { cause }).toConnectError();
}

/** Explains that a request for a stream is too large. */
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

/** Content types whose messages have a flag and their length in front, of five bytes. */
const ENVELOPED = /^application\/(grpc|connect\+)/;
const LENGTH_OFFSET = 1;
const PREFIX_BYTES = 5;

/**
 * Explains that the request of a unary rpc is too large. Interceptors do not see such a
 * request, so its bytes are watched.
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
    // Connect would refuse the request by this alone, in its own words.
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
