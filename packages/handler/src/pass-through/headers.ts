import { passedRequestHeaders, passedResponseHeaders } from "@stepwire/connect/internal";
import type { Header } from "@stepwire/connect/web";

/*
 * The headers of requests and answers that are passed through: those that all calls pass on, and
 * those that describe the body, a part of it, or where else to look. All others are dropped.
 */

const requestNames: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "content-type",
  "content-encoding",
  "content-length",
  "range",
  "if-match",
  "if-none-match",
  "if-modified-since",
  "if-unmodified-since",
  "if-range",
]);

const answerNames: ReadonlySet<string> = new Set([
  "content-type",
  "content-encoding",
  "content-length",
  "content-disposition",
  "content-language",
  "content-range",
  "accept-ranges",
  "allow",
  "cache-control",
  "etag",
  "expires",
  "last-modified",
  "vary",
  "x-content-type-options",
]);

/** Headers with a URL, which may refer to the server that the client does not reach. */
const urlNames: ReadonlySet<string> = new Set([
  "location",
  "content-location",
  "operation-location",
]);

/** Marks an answer that was passed through, so that a server without this endpoint is noticed. */
export const PASSED_THROUGH = "stepwire-passed-through";

/** Returns the headers of a request that are passed through. */
export function requestHeadersOf(headers: Iterable<Header>): Header[] {
  const all = [...headers];
  return [...passedRequestHeaders(all), ...all.filter(([name]) => requestNames.has(name))];
}

/**
 * Returns the headers of an answer that are passed through.
 *
 * @param moved replaces a URL of the server by one that the client reaches.
 */
export function answerHeadersOf(
  headers: readonly Header[],
  moved: (url: string) => string,
): Header[] {
  return [
    ...passedResponseHeaders(headers),
    ...headers.filter(([name]) => answerNames.has(name)),
    ...headers
      .filter(([name]) => urlNames.has(name))
      .map(([name, value]): Header => [name, moved(value)]),
  ];
}
