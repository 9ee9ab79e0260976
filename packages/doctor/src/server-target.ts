import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Answer, AnswerHead, ReceivedRequest } from "./judge.js";
import { type Arrivals, Bell, sendChunks } from "./live.js";
import { type Probe, probeBytes } from "./probe.js";
import {
  Collector,
  DEFAULT_TARGET_BOUNDS,
  type Target,
  type TargetBounds,
  TargetError,
  tooLarge,
} from "./target.js";
import { readBody, Upstream } from "./upstream.js";

/** A server or proxy, and the upstream of the doctor behind it. */
export interface ServerOptions {
  /** The base URL for clients, such as `http://localhost:4000/v1`. */
  readonly url: URL;
  /** Further headers of each request, such as credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the upstream of the doctor listens. @defaultValue a free port of 127.0.0.1 */
  readonly listen?: { readonly host: string; readonly port: number };
  readonly bounds?: TargetBounds;
}

/** A target that is a server, with the address at which it must look for its upstream. */
export interface ServerTarget extends Target {
  /** The base URL of the upstream of the doctor, such as `http://127.0.0.1:8089/v1`. */
  readonly upstream: string;
  /** How many requests have reached the upstream. If none has, the server uses another one. */
  readonly reached: number;
}

/** The statuses of a server that has no such endpoint. */
const UNSERVED = [404, 405, 501];

/**
 * Creates a target that is a server or proxy. It must use the upstream of the doctor, which answers each
 * request with the current probe.
 *
 * @throws {TypeError} if the URL has credentials.
 * @throws {Error} if the upstream cannot listen.
 */
export async function createServerTarget(options: ServerOptions): Promise<ServerTarget> {
  if (options.url.username !== "" || options.url.password !== "") {
    throw new TypeError("a URL with credentials is not accepted: they belong into a header");
  }
  const { host, port } = options.listen ?? { host: "127.0.0.1", port: 0 };
  const upstream = new Upstream();
  const address = await upstream.listen(host, port);
  const shownHost = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return new HttpTarget(options, upstream, `http://${shownHost}:${address.port}/v1`);
}

class HttpTarget implements ServerTarget {
  readonly upstream: string;
  reached = 0;
  readonly #options: ServerOptions;
  readonly #server: Upstream;
  readonly #bounds: TargetBounds;

  constructor(options: ServerOptions, server: Upstream, upstream: string) {
    this.#options = options;
    this.#server = server;
    this.#bounds = options.bounds ?? DEFAULT_TARGET_BOUNDS;
    this.upstream = upstream;
  }

  skips({ request }: Probe): string | undefined {
    return request === undefined ? "it is unknown how to ask for it" : undefined;
  }

  async send(probe: Probe, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    const { maxBytes, timeout } = this.#bounds;
    const exchange = new Exchange(probe, this.#bounds);
    this.#server.answer = (request, response) => exchange.answer(request, response);
    const output = new Collector(maxBytes);
    let refusal: string | undefined;
    let head: AnswerHead | undefined;
    const timeoutSignal = AbortSignal.timeout(timeout);
    try {
      const response = await this.#fetch(probe, AbortSignal.any([signal, timeoutSignal]));
      const { status, ok } = response;
      const [mediaType = ""] = (response.headers.get("content-type") ?? "").split(";");
      head = { status, mediaType: mediaType.trim().toLowerCase() };
      if (!ok) {
        refusal = `HTTP ${status}`;
      }
      for await (const chunk of response.body ?? []) {
        if (!output.add(chunk)) {
          refusal ??= tooLarge(maxBytes);
          break;
        }
        exchange.arrived(output.bytes);
      }
      if (ok && exchange.requests.length === 0) {
        this.#checkUpstream();
        refusal ??= "answered without the upstream";
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TargetError) {
        throw error;
      }
      refusal ??= timeoutSignal.aborted ? `no answer within ${timeout} ms` : this.#explain(error);
    } finally {
      exchange.end();
      this.#server.answer = undefined;
    }
    const { requests, delayed } = exchange;
    this.reached += requests.length === 0 ? 0 : 1;
    if (requests.length === 0 && UNSERVED.includes(head?.status ?? 0)) {
      return { output: output.bytes, skipped: "the server has no such endpoint" };
    }
    const isHung = timeoutSignal.aborted;
    return { output: output.bytes, refusal, isHung, requests, head, delayed };
  }

  /**
   * An answer of another server may be paid for, and so none is asked for again.
   *
   * @throws {TargetError} if no request has ever reached the upstream.
   */
  #checkUpstream(): void {
    if (this.reached === 0) {
      throw new TargetError(
        `${this.#shownUrl}: answers, but did not ask the doctor; it must use ${this.upstream} as its upstream`,
      );
    }
  }

  /** The URL without its query, which may have credentials. */
  get #shownUrl(): string {
    const { origin, pathname } = this.#options.url;
    return `${origin}${pathname}`;
  }

  #fetch({ request, form }: Probe, signal: AbortSignal): Promise<Response> {
    const { url, headers = {} } = this.#options;
    const target = new URL(url);
    target.pathname = `${url.pathname.replace(/\/$/, "")}${request?.path ?? ""}`;
    const all = new Headers({
      authorization: "Bearer stepwire-doctor",
      accept: form === "stream" ? "text/event-stream" : "application/json",
      "openai-beta": "assistants=v2",
      ...(request?.body !== undefined && { "content-type": "application/json" }),
    });
    // Names have any case, and replace those above.
    for (const [name, value] of Object.entries(headers)) {
      all.set(name, value);
    }
    return fetch(target, {
      method: request?.method ?? "GET",
      signal,
      headers: all,
      ...(request?.body !== undefined && { body: request.body }),
    });
  }

  #explain(error: unknown): string {
    const cause = error instanceof Error ? error.cause : undefined;
    const code = Object(cause).code;
    if (code === "ECONNREFUSED" || code === "ENOTFOUND") {
      throw new TargetError(`${this.#shownUrl}: no server answers (${code})`, {
        cause: error,
      });
    }
    return "the connection was cut";
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

/** One probe between the client, the target and the upstream. */
class Exchange implements Arrivals {
  readonly requests: ReceivedRequest[] = [];
  delayed: number[] = [];
  readonly #probe: Probe;
  readonly #bounds: TargetBounds;
  readonly #bell = new Bell();
  #arrived: Uint8Array = new Uint8Array();

  constructor(probe: Probe, bounds: TargetBounds) {
    this.#probe = probe;
    this.#bounds = bounds;
  }

  bytes(): Uint8Array {
    return this.#arrived;
  }

  more(): Promise<boolean> {
    return this.#bell.wait();
  }

  arrived(bytes: Uint8Array): void {
    this.#arrived = bytes;
    this.#bell.ring();
  }

  end(): void {
    this.#bell.end();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    const [path = ""] = url.split("?");
    const body = await readBody(request, this.#bounds.maxBytes);
    this.requests.push({ method, path, body });
    const delayed: number[] = [];
    this.delayed = delayed;
    if (this.#probe.form !== "stream") {
      const bytes = probeBytes(this.#probe);
      response.writeHead(200, {
        "content-type": "application/json",
        "content-length": bytes.length,
      });
      response.end(bytes);
      return;
    }
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
    });
    const write = async (chunk: Uint8Array): Promise<void> => {
      if (!response.write(chunk) && !response.destroyed) {
        await Promise.race([once(response, "drain"), once(response, "close")]);
      }
    };
    await sendChunks(this.#probe, write, this, this.#bounds, delayed);
    if (this.#probe.isCut) {
      response.destroy();
    } else {
      response.end();
    }
  }
}
