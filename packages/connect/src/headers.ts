/*
 * The headers of HTTP that mean something to an OpenAI-compatible server or its client.
 * They pass under their own names; no other does.
 */

/** What a request proves itself with, and what it belongs to. */
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

/** A header by its name in lower case. */
export type Header = readonly [name: string, value: string];

/** Those headers of a request that pass on to the server. */
export function passedRequestHeaders(headers: Iterable<Header>): Header[] {
  return [...headers].filter(([name]) => requestHeaders.has(name));
}

/** Those headers of an answer that pass back to the client. */
export function passedResponseHeaders(headers: Iterable<Header>): Header[] {
  return [...headers].filter(([name]) => responseHeaders.has(name) || RATE_LIMIT.test(name));
}
