import { Readable } from "node:stream";
import type { ForwardLimits } from "@stepwire/handler";
import type { Forward, ForwardedRequest } from "@stepwire/handler/internal";
import { Agent, Client, type Dispatcher } from "undici";
import { dispatch, type RawAnswer } from "../ingress/dispatch.js";
import { isBrokenConnection } from "../ingress/undici-errors.js";

/** Limits of what the gateway passes through; times in milliseconds. */
export interface GatewayForwardLimits extends Required<ForwardLimits> {
  readonly maxHeaderBytes: number;
  readonly connectTimeout: number;
}

/** Sends requests to a server by undici, which passes bodies on as they are, with their encoding. */
export interface UndiciForward {
  readonly forward: Forward;
  close(): Promise<void>;
}

/** @param baseUrl URL whose origin is the server. */
export function createUndiciForward(baseUrl: string, limits: GatewayForwardLimits): UndiciForward {
  const { origin } = new URL(baseUrl);
  const bounds: Client.Options = {
    connect: { timeout: limits.connectTimeout },
    headersTimeout: limits.answerTimeout,
    bodyTimeout: limits.idleTimeout,
    maxHeaderSize: limits.maxHeaderBytes,
  };
  const repeatable = new Agent({
    ...bounds,
    connections: limits.maxRequests,
    keepAliveTimeout: 1000,
    keepAliveMaxTimeout: 1000,
  });
  const send: Forward = async (request) => {
    const { method, path, headers, signal } = request;
    const options = { origin, path, method, headers, body: bodyOf(request) };
    if (request.isRepeatable) {
      return await sendRepeatable(repeatable, options, signal);
    }
    // A reused connection may just be closed by the server, and a request that changes something
    // must not be sent twice. The server is not asked to close the connection: it would do so while
    // it still receives the request if it answers early, and the answer would be lost.
    const single = new Client(origin, bounds);
    try {
      const answer = await dispatch(single, options, signal);
      return { ...answer, body: onEnd(answer.body, () => void single.destroy()) };
    } catch (error) {
      void single.destroy();
      throw error;
    }
  };
  return {
    forward: send,
    close: () => repeatable.destroy(),
  };
}

async function sendRepeatable(
  agent: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<RawAnswer> {
  try {
    return await dispatch(agent, options, signal);
  } catch (error) {
    if (signal.aborted || !isBrokenConnection(error)) {
      throw error;
    }
    return await dispatch(agent, options, signal);
  }
}

function bodyOf({
  body,
}: ForwardedRequest): NonNullable<Dispatcher.DispatchOptions["body"]> | null {
  return body === null || typeof body === "string" || body instanceof Uint8Array
    ? body
    : Readable.from(body, { objectMode: false });
}

/** Returns an iterator that calls a function at its end, whatever ends it. */
function onEnd(
  body: AsyncIterableIterator<Uint8Array, undefined>,
  end: () => void,
): AsyncIterableIterator<Uint8Array, undefined> {
  const iterator: AsyncIterableIterator<Uint8Array, undefined> = {
    next: async () => {
      try {
        const result = await body.next();
        if (result.done === true) {
          end();
        }
        return result;
      } catch (error) {
        end();
        throw error;
      }
    },
    return: async () => {
      end();
      await body.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
