import { randomUUID } from "node:crypto";
import { EventLog, type LogPart } from "./event-log.ts";

/*
 * The reading half of the protocol of Durable Streams, as of June 2026: catch-up, long-poll and SSE,
 * closed streams, and expiry. Streams are JSON streams, and each message is an event. Clients cannot
 * write.
 */

/** Options of a front door; times in milliseconds. */
export interface FrontDoorOptions {
  /** How long a stream is kept after the last time it was read or written. @defaultValue 600,000 */
  readonly timeToLive?: number;
  /** How long a long-poll waits for an event. @defaultValue 20,000 */
  readonly longPollTimeout?: number;
  /** How long an answer with server-sent events lasts. @defaultValue 60,000 */
  readonly sseTimeout?: number;
  /** Streams at once. @defaultValue 1,000 */
  readonly maxStreams?: number;
  /** Maximum length of one stream, as JSON. @defaultValue 16 MiB */
  readonly maxLength?: number;
  /** Maximum length of a part that is sent at once. @defaultValue 1 MiB */
  readonly maxPart?: number;
}

interface Stream {
  readonly id: string;
  readonly log: EventLog;
  /** The credentials of whoever opened it. */
  readonly owner: string | null;
  /** Removes the stream some time after its last use. */
  readonly expiry: NodeJS.Timeout;
}

const OFFSET_DIGITS = 16;
const CURSOR_EPOCH = Date.UTC(2024, 9, 9);
const CURSOR_INTERVAL = 20_000;

/** What every answer has, so that browsers treat it as data. */
const SECURITY = {
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "cross-origin",
};

/** Serves streams of events below `/streams/`. */
export class FrontDoor {
  readonly #options: Required<FrontDoorOptions>;
  readonly #streams = new Map<string, Stream>();

  constructor({
    timeToLive = 600_000,
    longPollTimeout = 20_000,
    sseTimeout = 60_000,
    maxStreams = 1_000,
    maxLength = 16 * 1024 * 1024,
    maxPart = 1024 * 1024,
  }: FrontDoorOptions = {}) {
    this.#options = {
      timeToLive,
      longPollTimeout,
      sseTimeout,
      maxStreams,
      maxLength,
      maxPart,
    };
  }

  /** Whether no further stream can be opened. */
  get isFull(): boolean {
    return this.#streams.size >= this.#options.maxStreams;
  }

  /**
   * Opens a stream for the events of a source, and reads the source. An error of the source becomes
   * the last event.
   *
   * @param owner the header `authorization`, which readers need too.
   * @returns the path of the stream.
   */
  open(events: AsyncIterable<string>, owner: string | null): string {
    const id = randomUUID();
    const expiry = setTimeout(() => this.#streams.delete(id), this.#options.timeToLive).unref();
    const stream = { id, log: new EventLog(this.#options.maxLength), owner, expiry };
    this.#streams.set(id, stream);
    void fill(stream, events);
    return `/streams/${id}`;
  }

  /** Answers a request of a reader. */
  fetch(request: Request): Response | Promise<Response> {
    const url = new URL(request.url);
    const id = /^\/streams\/([\w-]+)$/.exec(url.pathname)?.[1] ?? "";
    const stream = this.#streams.get(id);
    // For others, it does not exist.
    if (stream === undefined || stream.owner !== request.headers.get("authorization")) {
      return refuse(404, "there is no such stream, or no longer");
    }
    if (request.method === "HEAD") {
      return this.#describe(stream);
    }
    if (request.method !== "GET") {
      return refuse(405, "streams can only be read here", { allow: "GET, HEAD" });
    }
    const start = startOf(url.searchParams, stream.log.end);
    if (start === undefined) {
      return refuse(400, "offset must be one that an answer gave, -1 or now");
    }
    stream.expiry.refresh();
    switch (url.searchParams.get("live")) {
      case null:
        return this.#catchUp(stream, url.searchParams, start, request.headers);
      case "long-poll":
        return this.#longPoll(stream, url.searchParams, start, request.signal);
      case "sse":
        return this.#events(stream, url.searchParams, start, request.signal);
      default:
        return refuse(400, "live must be long-poll or sse");
    }
  }

  #describe({ log }: Stream): Response {
    const headers = {
      ...SECURITY,
      "content-type": "application/json",
      "cache-control": "no-store",
      "stream-ttl": String(this.#options.timeToLive / 1_000),
      "stream-next-offset": offsetOf(log.end),
      ...(log.isClosed && { "stream-closed": "true" }),
    };
    return new Response(null, { headers });
  }

  #catchUp(stream: Stream, query: URLSearchParams, start: number, headers: Headers): Response {
    const part = stream.log.read(start, this.#options.maxPart);
    const from = query.get("offset") === "now" ? "now" : offsetOf(start);
    const etag = `"${stream.id}:${from}:${part.end}${part.isLast ? ":c" : ""}"`;
    if (headers.get("if-none-match") === etag) {
      return new Response(null, { status: 304, headers: { ...SECURITY, etag } });
    }
    return answer(part, { etag, "cache-control": "no-store" });
  }

  async #longPoll(
    { log }: Stream,
    query: URLSearchParams,
    start: number,
    signal: AbortSignal,
  ): Promise<Response> {
    await log.wait(start, withTimeout(signal, this.#options.longPollTimeout));
    const part = log.read(start, this.#options.maxPart);
    // After the end, nobody asks again.
    const isOver = part.isLast && part.events.length === 0;
    const headers = {
      "cache-control": "no-store",
      ...(!isOver && { "stream-cursor": cursorAfter(query) }),
    };
    return part.events.length > 0
      ? answer(part, headers)
      : new Response(null, { status: 204, headers: { ...stateOf(part), ...headers } });
  }

  #events(
    { log, expiry }: Stream,
    query: URLSearchParams,
    start: number,
    signal: AbortSignal,
  ): Response {
    const bounded = withTimeout(signal, this.#options.sseTimeout);
    const cursor = cursorAfter(query);
    const { maxPart } = this.#options;
    let next = start;
    let isFirst = true;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        // The first answer comes at once, also without an event.
        if (!isFirst) {
          await log.wait(next, bounded);
        }
        isFirst = false;
        if (bounded.aborted) {
          controller.close();
          return;
        }
        const part = log.read(next, maxPart);
        next = part.end;
        expiry.refresh();
        controller.enqueue(new TextEncoder().encode(serverSentEvents(part, cursor)));
        if (part.isLast) {
          controller.close();
        }
      },
    });
    const headers = {
      ...SECURITY,
      "content-type": "text/event-stream",
      "cache-control": "no-cache",
    };
    return new Response(body, { headers });
  }
}

async function fill({ log, expiry }: Stream, events: AsyncIterable<string>): Promise<void> {
  try {
    for await (const event of events) {
      log.append(event);
      expiry.refresh();
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Even if the log is full: readers must not take the stream for a complete one.
    const last = JSON.stringify({ event: "error", data: { message } });
    try {
      log.append(last);
    } catch {
      return;
    }
  }
  log.close();
}

/** Returns how many events the reader has; undefined for an offset that no answer gave. */
function startOf(query: URLSearchParams, end: number): number | undefined {
  const [offset = query.has("live") ? "" : "-1", ...others] = query.getAll("offset");
  if (others.length > 0) {
    return undefined;
  }
  if (offset === "-1") {
    return 0;
  }
  if (offset === "now") {
    return end;
  }
  const isWellFormed = offset.length === OFFSET_DIGITS && /^\d+$/.test(offset);
  return isWellFormed && Number(offset) <= end ? Number(offset) : undefined;
}

/** Offsets are compared as texts, so all have the same length. */
function offsetOf(count: number): string {
  return String(count).padStart(OFFSET_DIGITS, "0");
}

/** Returns a cursor after that of the request, so that no cache answers forever. */
function cursorAfter(query: URLSearchParams): string {
  const now = Math.floor((Date.now() - CURSOR_EPOCH) / CURSOR_INTERVAL);
  const last = Number(query.get("cursor") ?? "");
  return String(last >= now ? last + 1 + Math.floor(Math.random() * 180) : now);
}

function stateOf({ end, isTail, isLast }: LogPart): Record<string, string> {
  return {
    ...SECURITY,
    "stream-next-offset": offsetOf(end),
    ...(isTail && { "stream-up-to-date": "true" }),
    ...(isLast && { "stream-closed": "true" }),
  };
}

function answer(part: LogPart, more: Record<string, string>): Response {
  const headers = { ...stateOf(part), "content-type": "application/json", ...more };
  return new Response(`[${part.events.join(",")}]`, { headers });
}

function serverSentEvents(part: LogPart, cursor: string): string {
  // White space between the tokens of JSON may have line breaks; each line is one of the event.
  const lines = `[${part.events.join(",")}]`.split(/\r\n|\r|\n/);
  const data = lines.map((line) => `data: ${line}\n`).join("");
  const control = JSON.stringify({
    streamNextOffset: offsetOf(part.end),
    ...(part.isLast ? { streamClosed: true } : { streamCursor: cursor }),
    ...(part.isTail && { upToDate: true }),
  });
  const events = part.events.length > 0 ? `event: data\n${data}\n` : "";
  return `${events}event: control\ndata: ${control}\n\n`;
}

function withTimeout(signal: AbortSignal, timeout: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
}

function refuse(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(text, { status, headers: { ...SECURITY, ...headers } });
}
