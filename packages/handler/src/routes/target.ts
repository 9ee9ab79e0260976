import type { HandlerRequest } from "../handler-request.js";
import { httpErrors } from "../http-errors.js";

/** Where a request target has its path, if it has a scheme and a host (RFC 9112, 3.2.2). */
const ORIGIN = /^https?:\/\/([^/?#]*)/i;

/**
 * What no target has (RFC 9112, 3.2): `URL` ends a path at `#`, and drops tabs and line breaks, so what
 * was checked would not be what is asked for.
 */
const INVALID = /[^!"$-~\u0080-\uffff]/;

/** Returns the path and the query of a request target, without the scheme and the host. */
export function originFormOf(target: string): string {
  return target.startsWith("/") ? target : target.replace(ORIGIN, "");
}

/** Returns the path of a request target, with its escapes, and without a query. */
export function pathOf(target: string): string {
  const [path = ""] = originFormOf(target).split(/[?#]/, 1);
  return path;
}

/** Returns whether a request target has no `#`, space or control character. */
export function isTarget(target: string): boolean {
  return !INVALID.test(target);
}

/**
 * Returns whether a request target has a host, and it is not that of the header `host`, as it must be
 * (RFC 9112, 3.2). Such a request, and its credentials, may be meant for another server.
 */
export function isMisdirected(target: string, host: string | null): boolean {
  const named = target.startsWith("/") ? undefined : ORIGIN.exec(target)?.[1];
  return named !== undefined && named.toLowerCase() !== host?.toLowerCase();
}

/** @throws {OpenAIHttpError} if a request target is not valid, or that of another server. */
export function checkTarget({ method, url, headers }: HandlerRequest): void {
  if (!isTarget(url)) {
    throw httpErrors.badPath();
  }
  if (isMisdirected(url, headers.get("host"))) {
    throw httpErrors.unknownUrl(method, url);
  }
}
