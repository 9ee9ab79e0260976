/*
 * The HTTP headers that have a meaning for an OpenAI-compatible server or its client. They are
 * passed on under their own names; all others are dropped.
 */

/** Headers with credentials, and headers that say what a request belongs to. */
const requestNames = [
  "authorization",
  "api-key",
  "openai-organization",
  "openai-project",
  "openai-beta",
  "idempotency-key",
  "x-request-id",
  "x-client-request-id",
  "x-ms-client-request-id",
  "traceparent",
  "tracestate",
] as const;

const responseNames = [
  "x-request-id",
  "apim-request-id",
  "openai-version",
  "openai-organization",
  "openai-project",
  "openai-processing-ms",
  "retry-after",
  "retry-after-ms",
  "x-should-retry",
  "www-authenticate",
] as const;

const RATE_LIMIT = /^x-ratelimit-/;

const requestHeaders: ReadonlySet<string> = new Set(requestNames);
const responseHeaders: ReadonlySet<string> = new Set(responseNames);

/** A header: its name in lower case, and its value. */
export type Header = readonly [name: string, value: string];

/** Reads headers. Names are in lower case. */
export interface HeaderReader {
  get(name: string): string | null;
}

/** The headers of a request or an answer as Node and its clients have them, without copying them. */
export class NodeHeaders implements HeaderReader, Iterable<[name: string, value: string]> {
  readonly #headers: Readonly<Record<string, string | string[] | undefined>>;

  /** @param headers names in lower case; those that begin with a colon are ignored. */
  constructor(headers: Readonly<Record<string, string | string[] | undefined>>) {
    this.#headers = headers;
  }

  get(name: string): string | null {
    const value = this.#headers[name];
    return typeof value === "string" ? value : (value?.join(", ") ?? null);
  }

  [Symbol.iterator](): Iterator<[name: string, value: string]> {
    return this.pick(() => true)[Symbol.iterator]();
  }

  /** Returns the headers with certain names. */
  pick(isPicked: (name: string) => boolean): [name: string, value: string][] {
    const picked: [name: string, value: string][] = [];
    for (const name of Object.keys(this.#headers)) {
      if (name.startsWith(":") || !isPicked(name)) {
        continue;
      }
      const value = this.#headers[name];
      if (typeof value === "string") {
        picked.push([name, value]);
      } else if (value !== undefined) {
        for (const each of value) {
          picked.push([name, each]);
        }
      }
    }
    return picked;
  }
}

/** Header of a response with the status of the server's answer, if it is not 200. */
const STATUS = "stepwire-status";
const DEFAULT_STATUS = 200;

/** Returns the headers that carry the status of a successful answer over a service. */
export function statusHeaders(status: number = DEFAULT_STATUS): Header[] {
  return status === DEFAULT_STATUS ? [] : [[STATUS, String(status)]];
}

/** Returns the status that the headers of a response carry; 200 if they carry none. */
export function statusIn(headers: HeaderReader): number {
  const text = headers.get(STATUS) ?? "";
  return /^2[0-9]{2}$/.test(text) ? Number(text) : DEFAULT_STATUS;
}

/** Header of a request for a stream: the time of silence after which it gets an empty response. */
const KEEP_ALIVE = "stepwire-keep-alive";
/** Shortest and longest interval of keep-alives, in milliseconds. */
const SHORTEST_KEEP_ALIVE = 10;
const LONGEST_KEEP_ALIVE = 3_600_000;

/** Returns the headers that ask for keep-alives at an interval, in milliseconds; 0 for none. */
export function keepAliveHeaders(interval: number): [string, string][] {
  return interval > 0 ? [[KEEP_ALIVE, String(Math.ceil(interval))]] : [];
}

/** Returns the interval of keep-alives that a request asks for, in milliseconds; 0 for none. */
export function keepAliveIntervalIn(headers: HeaderReader): number {
  const text = headers.get(KEEP_ALIVE) ?? "";
  return /^[1-9][0-9]{0,8}$/.test(text)
    ? Math.min(Math.max(Number(text), SHORTEST_KEEP_ALIVE), LONGEST_KEEP_ALIVE)
    : 0;
}

/** Header of a request for a stream: whether a response may have several events. */
const EVENT_GROUPS = "stepwire-event-groups";

/** The header with which a caller asks for several events in a response. */
export const groupHeader: readonly [string, string] = [EVENT_GROUPS, "1"];

/** Returns whether a request asks for several events in a response. */
export function acceptsGroups(headers: HeaderReader): boolean {
  return headers.get(EVENT_GROUPS) === "1";
}

/** Returns the headers of a request that are passed on to the server. */
export function passedRequestHeaders(headers: Iterable<Header>): Header[] {
  return pick(headers, (name) => requestHeaders.has(name));
}

/** Returns the headers of an answer that are passed back to the client. */
export function passedResponseHeaders(headers: Iterable<Header>): Header[] {
  return pick(headers, isPassedBack);
}

/** Returns the headers of an error that are passed back with its body. */
export function describedHeaders(headers: Iterable<Header>): Header[] {
  return pick(headers, (name) => name === "content-type" || isPassedBack(name));
}

function isPassedBack(name: string): boolean {
  return responseHeaders.has(name) || RATE_LIMIT.test(name);
}

/** Copies no header that is not passed on: a caller may send many. */
function pick(headers: Iterable<Header>, isPassed: (name: string) => boolean): Header[] {
  if (headers instanceof NodeHeaders) {
    return headers.pick(isPassed);
  }
  const picked: Header[] = [];
  for (const header of headers) {
    if (isPassed(header[0])) {
      picked.push(header);
    }
  }
  return picked;
}
