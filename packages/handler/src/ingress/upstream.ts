import { MAX_ERROR_BODY_BYTES } from "@stepwire/connect/internal";
import { type Header, OpenAIHttpError } from "@stepwire/connect/web";
import type { HttpMethod } from "@stepwire/mapping";
import { joinBytes } from "@stepwire/wire/internal";
import { ForwardTimeout } from "../pass-through/forward.js";
import {
  type Body,
  type ClientAnswer,
  EncodingError,
  type UpstreamClient,
} from "./upstream-client.js";
import { badEncoding, redirected, unreachable, upstreamTimeout } from "./upstream-errors.js";

/** A request to the upstream. */
export interface UpstreamRequest {
  readonly method: HttpMethod;
  /** Path below the base URL; each part is one segment, without escapes. */
  readonly path: readonly string[];
  readonly query: readonly Header[];
  readonly headers: readonly Header[];
  readonly accept: "application/json" | "text/event-stream";
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
}

/** A successful answer. */
export interface UpstreamAnswer {
  /** The HTTP status, from 200 to 299. */
  readonly status: number;
  readonly headers: readonly Header[];
  readonly contentType: string;
  /** The body without its content-encoding. */
  readonly body: Body;
}

/** An OpenAI-compatible server. */
export class Upstream {
  readonly #base: URL;
  readonly #client: UpstreamClient;

  /**
   * @param baseUrl such as `https://api.openai.com/v1`.
   * @throws {TypeError} if it is not a URL.
   */
  constructor(baseUrl: string | URL, client: UpstreamClient) {
    this.#base = new URL(String(baseUrl).replace(/\/*$/, "/"));
    this.#client = client;
  }

  /**
   * Sends a request. Settles when the answer has begun.
   *
   * @throws {OpenAIHttpError} if the answer is an error, or no answer arrives.
   */
  async ask(question: UpstreamRequest): Promise<UpstreamAnswer> {
    const { signal } = question;
    const answer = await this.#send(question);
    if (answer.status >= 200 && answer.status < 300) {
      const contentType = firstValue(answer.headers, "content-type").split(";")[0]?.trim() ?? "";
      const { status, headers, body } = answer;
      try {
        return {
          status,
          headers,
          contentType: contentType.toLowerCase(),
          body: this.#client.decode(body, headers),
        };
      } catch (error) {
        await body.return?.();
        throw error instanceof EncodingError ? badEncoding(error) : error;
      }
    }
    throw await errorOf(answer, this.#client, signal);
  }

  /** Sends a request; follows redirects to the same origin. */
  async #send(question: UpstreamRequest): Promise<ClientAnswer> {
    let url = this.#url(question);
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#sendTo(url, question);
      const { status, headers } = answer;
      if (!REDIRECTS.has(status)) {
        return answer;
      }
      await answer.body.return?.();
      if (redirects === MAX_REDIRECTS) {
        throw redirected(`redirects more than ${MAX_REDIRECTS} times`, status);
      }
      url = redirectTarget(url, firstValue(headers, "location"), question.method, status);
    }
  }

  async #sendTo(url: URL, question: UpstreamRequest): Promise<ClientAnswer> {
    const { method, accept, signal, body = null } = question;
    const headers = {
      ...Object.fromEntries(question.headers),
      accept,
      "accept-encoding": "identity",
      ...(body !== null && { "content-type": "application/json" }),
    };
    const request = { method, url, headers, body, signal };
    try {
      if (method !== "GET") {
        return await this.#client.send(request);
      }
      try {
        return await this.#client.send(request);
      } catch (error) {
        if (signal.aborted || !this.#client.isBroken(error)) {
          throw error;
        }
        return await this.#client.send(request);
      }
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof ForwardTimeout ? upstreamTimeout(error) : unreachable(error);
    }
  }

  /** Ends all requests. */
  async close(): Promise<void> {
    await this.#client.close();
  }

  #url({ path, query }: UpstreamRequest): URL {
    const url = new URL(this.#base);
    for (const part of path) {
      // Only these segments would change the path. Some servers decode it before they split it.
      if (part === "" || part.split(/[/\\]/).some((each) => each === "." || each === "..")) {
        throw OpenAIHttpError.create(400, { message: "An identifier in the path is not valid." });
      }
    }
    url.pathname += path.map(encodeURIComponent).join("/");
    for (const [name, value] of query) {
      url.searchParams.append(name, value);
    }
    return url;
  }
}

/** Status codes of redirects. Only with the last two does a POST keep its method and body. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const SAME_METHOD: ReadonlySet<number> = new Set([307, 308]);
const MAX_REDIRECTS = 20;

/**
 * Returns the target of a redirect. The request has credentials for the upstream's origin, so other
 * origins are refused. A request that starts a run must not become a GET.
 */
function redirectTarget(from: URL, location: string, method: string, status: number): URL {
  if (location === "") {
    throw redirected("redirects without saying where to", status);
  }
  const target = URL.parse(location, from.href);
  if (target === null) {
    throw redirected("redirects to what is not a URL", status);
  }
  if (target.origin !== from.origin) {
    throw redirected("redirects to another origin", status);
  }
  if (method !== "GET" && !SAME_METHOD.has(status)) {
    throw redirected(`redirects a ${method} so that it would become a GET`, status);
  }
  return target;
}

/** The status that `fetch` has for a redirect that it does not show (Fetch, 4.4). */
const HIDDEN_REDIRECT = 0;

/** The largest valid HTTP status; larger ones cannot be passed on. */
const LARGEST_STATUS = 599;

async function errorOf(
  { status, headers, body }: ClientAnswer,
  client: UpstreamClient,
  signal: AbortSignal,
): Promise<OpenAIHttpError> {
  if (status < 400 || status > LARGEST_STATUS) {
    await body.return?.();
    if (status === HIDDEN_REDIRECT) {
      throw redirected("redirects to where the runtime's fetch does not show", status);
    }
    return OpenAIHttpError.create(502, {
      message: `The upstream answered with the status ${status}.`,
      code: "upstream_status",
    });
  }
  const kept = headers.filter(([name]) => !HOP_BY_HOP.has(name));
  try {
    const content = await readUpTo(client.decode(body, headers), MAX_ERROR_BODY_BYTES, signal);
    return new OpenAIHttpError({ status, headers: kept, ...content });
  } catch (error) {
    await body.return?.();
    if (error instanceof EncodingError) {
      // The upstream's status is more useful than the gateway's own.
      const others = kept.filter(([name]) => name !== "content-type");
      return badEncoding(error, status, others);
    }
    throw error;
  }
}

/** Headers that belong to one connection, or describe the body on it. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "content-encoding",
  "set-cookie",
  "date",
  "server",
]);

/** Reads the start of a body, up to a limit; the rest is not read. */
async function readUpTo(
  chunks: Body,
  maxBytes: number,
  signal: AbortSignal,
): Promise<{ body: Uint8Array; truncated: boolean }> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of chunks) {
      parts.push(chunk);
      length += chunk.length;
      if (length > maxBytes) {
        break;
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof EncodingError) {
      throw error;
    }
    return { body: joinBytes(parts).subarray(0, maxBytes), truncated: true };
  }
  return { body: joinBytes(parts).subarray(0, maxBytes), truncated: length > maxBytes };
}

function firstValue(headers: readonly Header[], name: string): string {
  return headers.find(([each]) => each === name)?.[1] ?? "";
}
