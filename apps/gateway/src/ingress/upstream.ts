import {
  type ClientAnswer,
  type ClientRequest,
  Upstream,
  type UpstreamClient,
} from "@stepwire/handler/internal";
import { Agent } from "undici";
import { decodedBody } from "./decoded-body.js";
import { dispatch } from "./dispatch.js";
import { KEEP_ALIVE, StreamConnections } from "./stream-connections.js";
import { isBrokenConnection } from "./undici-errors.js";

/** Address and limits of the upstream; times in milliseconds. */
export interface UpstreamOptions {
  /** Base URL, such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly connectTimeout: number;
  /** Maximum time until the answer begins. */
  readonly answerTimeout: number;
  /** Maximum time without data once the answer has begun. */
  readonly idleTimeout: number;
  readonly maxHeaderBytes: number;
  readonly maxConnections: number;
}

/** Returns the upstream, reached by undici: `fetch` has no limits for connections and headers. */
export function connectUpstream(options: UpstreamOptions): Upstream {
  return new Upstream(options.baseUrl, new UndiciClient(options));
}

class UndiciClient implements UpstreamClient {
  readonly #documents: Agent;
  readonly #streams: StreamConnections;

  constructor(options: UpstreamOptions) {
    const bounds = {
      connect: { timeout: options.connectTimeout },
      headersTimeout: options.answerTimeout,
      bodyTimeout: options.idleTimeout,
      maxHeaderSize: options.maxHeaderBytes,
      connections: options.maxConnections,
    };
    this.#documents = new Agent({
      ...bounds,
      keepAliveTimeout: KEEP_ALIVE,
      keepAliveMaxTimeout: KEEP_ALIVE,
    });
    this.#streams = new StreamConnections(bounds);
  }

  readonly decode = decodedBody;
  readonly isBroken = isBrokenConnection;

  send({ method, url, headers, body, signal }: ClientRequest): Promise<ClientAnswer> {
    const agent = method === "GET" ? this.#documents : this.#streams.agent;
    const path = url.pathname + url.search;
    return dispatch(agent, { origin: url.origin, path, method, headers, body }, signal);
  }

  async close(): Promise<void> {
    await Promise.all([this.#documents.destroy(), this.#streams.destroy()]);
  }
}
