import { type Header, MAX_ERROR_BODY_BYTES, OpenAIHttpError } from "@stepwire/connect";
import { Agent } from "undici";
import type { AnswerBody } from "./answer-body.js";
import { dispatch, type RawAnswer } from "./dispatch.js";
import {
  isBrokenConnection,
  isUpstreamTimeout,
  unreachable,
  upstreamTimeout,
} from "./upstream-errors.js";

/** Where the upstream is, and how long it may take. */
export interface UpstreamOptions {
  /** Such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly connectTimeout: number;
  /** How long the answer may take to begin. */
  readonly answerTimeout: number;
  /** How long nothing may come once it has begun. */
  readonly idleTimeout: number;
  readonly maxHeaderBytes: number;
  readonly maxConnections: number;
}

/** What to ask the upstream. */
export interface UpstreamRequest {
  readonly method: "GET" | "POST";
  /** Below the base, each a part of the path as it is meant. */
  readonly path: readonly string[];
  readonly query: readonly Header[];
  readonly headers: readonly Header[];
  readonly accept: "application/json" | "text/event-stream";
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** An answer that is no error. */
export interface UpstreamAnswer {
  readonly headers: readonly Header[];
  readonly contentType: string;
  readonly body: AnswerBody;
}

/** The HTTP client for the upstream. */
export class Upstream {
  readonly #base: URL;
  readonly #documents: Agent;
  readonly #streams: Agent;

  constructor(options: UpstreamOptions) {
    this.#base = new URL(options.baseUrl.replace(/\/*$/, "/"));
    const bounds = {
      connect: { timeout: options.connectTimeout },
      headersTimeout: options.answerTimeout,
      bodyTimeout: options.idleTimeout,
      maxHeaderSize: options.maxHeaderBytes,
      connections: options.maxConnections,
    };
    this.#documents = new Agent({ ...bounds, keepAliveTimeout: 1000, keepAliveMaxTimeout: 1000 });
    // A connection of its own for each stream: one that is used again may just be closed by
    // the server, and a request that starts a run must not be sent twice.
    this.#streams = new Agent({ ...bounds, pipelining: 0 });
  }

  /**
   * Settles when the answer has begun.
   *
   * @throws {OpenAIHttpError} if it is an error, or there is none.
   */
  async ask(question: UpstreamRequest): Promise<UpstreamAnswer> {
    const { signal } = question;
    const answer = await this.#send(question);
    if (answer.status >= 200 && answer.status < 300) {
      const contentType = firstValue(answer.headers, "content-type").split(";")[0]?.trim() ?? "";
      return { ...answer, contentType: contentType.toLowerCase() };
    }
    throw await errorOf(answer, signal);
  }

  async #send(question: UpstreamRequest): Promise<RawAnswer> {
    const url = this.#url(question);
    const { method, accept, body, signal } = question;
    const headers = {
      ...Object.fromEntries(question.headers),
      accept,
      "accept-encoding": "identity",
      ...(body !== undefined && { "content-type": "application/json" }),
    };
    const { origin } = url;
    const path = url.pathname + url.search;
    const request = { origin, path, method, headers, body: body ?? null };
    try {
      if (method === "POST") {
        return await dispatch(this.#streams, request, signal);
      }
      try {
        return await dispatch(this.#documents, request, signal);
      } catch (error) {
        if (signal.aborted || !isBrokenConnection(error)) {
          throw error;
        }
        return await dispatch(this.#documents, request, signal);
      }
    } catch (error) {
      signal.throwIfAborted();
      throw isUpstreamTimeout(error) ? upstreamTimeout(error) : unreachable(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#documents.destroy(), this.#streams.destroy()]);
  }

  #url({ path, query }: UpstreamRequest): URL {
    const url = new URL(this.#base);
    for (const part of path) {
      // Only these two would leave their place in the path.
      if (part === "" || part === "." || part === "..") {
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

async function errorOf(
  { status, headers, body }: RawAnswer,
  signal: AbortSignal,
): Promise<OpenAIHttpError> {
  const content = await readUpTo(body, MAX_ERROR_BODY_BYTES, signal);
  if (status < 400) {
    return OpenAIHttpError.create(502, {
      message: `The upstream answered with the status ${status}.`,
      code: "upstream_status",
    });
  }
  return new OpenAIHttpError({
    status,
    headers: headers.filter(([name]) => !HOP_BY_HOP.has(name)),
    ...content,
  });
}

/** What belongs to one connection, or describes the body on it. */
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

/** The start of a body; what follows is not read. */
async function readUpTo(
  chunks: AnswerBody,
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
  } catch {
    signal.throwIfAborted();
    return { body: Buffer.concat(parts).subarray(0, maxBytes), truncated: true };
  }
  return { body: Buffer.concat(parts).subarray(0, maxBytes), truncated: length > maxBytes };
}

function firstValue(headers: readonly Header[], name: string): string {
  return headers.find(([each]) => each === name)?.[1] ?? "";
}
