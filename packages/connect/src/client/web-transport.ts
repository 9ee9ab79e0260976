import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { DEFAULT_MAX_MESSAGE_BYTES, withStreams } from "./block-transport.js";
import { postFetch } from "./post-fetch.js";
import { withMaxMessage, withoutRedirects } from "./service-fetch.js";
import type { StreamTransport } from "./stream-wire.js";

/**
 * The protocols of browsers. `stream`: streams in the stream format, which costs least, and all
 * other calls over Connect.
 */
export type WebProtocol = "stream" | "connect" | "grpc-web";

/** Options for reaching a service by `fetch`. */
export interface WebTransportOptions {
  /** URL of the service, such as `https://example.com/api`. */
  readonly baseUrl: string;
  /** Protocol of the calls. @defaultValue "stream" */
  readonly protocol?: WebProtocol;
  /** The function that sends requests. @defaultValue `globalThis.fetch` */
  readonly fetch?: typeof globalThis.fetch;
  /** Largest message that is read, in bytes: a document, or an event. @defaultValue 64 MiB */
  readonly maxMessageBytes?: number;
  /**
   * Called when the service does not serve the stream format, so that streams are read over Connect
   * instead. It is tried again after a minute. Without this function, it is an error.
   */
  readonly onFallback?: (error: Error) => void;
}

/**
 * Creates a transport over `fetch`, for `ServiceClient` and for Connect's `createClient`. The browser
 * chooses the version of HTTP, and whether answers are compressed.
 */
export function createWebTransport(options: WebTransportOptions): Transport | StreamTransport {
  const { baseUrl, protocol = "stream", onFallback } = options;
  const { maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES } = options;
  const fetch = withoutRedirects(options.fetch ?? globalThis.fetch);
  const common = {
    baseUrl,
    fetch: explained(withMaxMessage(fetch, maxMessageBytes)),
    useBinaryFormat: true,
  };
  if (protocol === "grpc-web") {
    return endingStreams(createGrpcWebTransport(common));
  }
  const transport = endingStreams(createConnectTransport(common));
  if (protocol === "connect") {
    return transport;
  }
  const blocks = {
    post: postFetch(baseUrl, fetch),
    maxEventBytes: maxMessageBytes,
    compression: true,
  };
  return withStreams(transport, blocks, onFallback);
}

/**
 * Returns a function that reports network errors as `unavailable`, so that the caller may try again.
 * `fetch` rejects with a TypeError for them (Fetch, 5.6), which Connect takes for an unknown error.
 */
function explained(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (...request) => {
    try {
      return await fetch(...request);
    } catch (error) {
      throw error instanceof TypeError
        ? new ConnectError(
            "the service cannot be reached",
            Code.Unavailable,
            undefined,
            undefined,
            error,
          )
        : error;
    }
  };
}

/**
 * Ends the request of a stream when its reader leaves. Connect's transports leave it open, so the
 * service would go on.
 */
function endingStreams(transport: Transport): Transport {
  return {
    unary: (...call) => transport.unary(...call),
    async stream(method, signal, ...call) {
      const leaving = new AbortController();
      const signals = signal === undefined ? [leaving.signal] : [signal, leaving.signal];
      const answer = await transport.stream(method, AbortSignal.any(signals), ...call);
      const responses = answer.message[Symbol.asyncIterator]();
      const message = {
        next: () => responses.next(),
        return: async () => {
          leaving.abort();
          return await Promise.resolve({ done: true, value: undefined } as const);
        },
        [Symbol.asyncIterator]: () => message,
      };
      return { ...answer, message };
    },
  };
}
