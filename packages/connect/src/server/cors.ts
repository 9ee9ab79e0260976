import type { IncomingMessage, ServerResponse } from "node:http";

/** Which web pages of other origins may call the services, by the rules of browsers (CORS). */
export interface CorsOptions {
  /** The origins of the pages, such as `https://app.example.com`; `*` for all. */
  readonly origins: readonly string[] | "*";
}

/** How long a browser remembers a permission, in seconds. Chromium caps it at this. */
const MAX_AGE = "7200";

/**
 * Adds the permission of a request's origin to its response. It lets the page send any header, and
 * read all headers, because the services know credentials only as headers. Cookies are not allowed.
 *
 * @returns true if the request only asked for permission; then it is answered.
 */
export function answerCors(
  { method, headers }: Pick<IncomingMessage, "method" | "headers">,
  response: ServerResponse,
  { origins }: CorsOptions,
): boolean {
  const { origin } = headers;
  if (origins !== "*") {
    // A cache must not serve the answer for one origin to another.
    response.setHeader("vary", "Origin");
  }
  const isPreflight =
    method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
  if (origin !== undefined && (origins === "*" || origins.includes(origin))) {
    response.setHeader("access-control-allow-origin", origins === "*" ? "*" : origin);
    if (isPreflight) {
      allowRequest(headers["access-control-request-headers"], response);
    } else {
      response.setHeader("access-control-expose-headers", "*");
    }
  }
  if (isPreflight) {
    response.statusCode = NO_CONTENT;
    response.end();
  }
  return isPreflight;
}

const NO_CONTENT = 204;

function allowRequest(names: string | string[] | undefined, response: ServerResponse): void {
  response.setHeader("access-control-allow-methods", "GET, POST");
  response.setHeader("access-control-max-age", MAX_AGE);
  // Without a list, because `*` does not include `authorization`.
  response.setHeader("access-control-allow-headers", names ?? "");
  const vary = response.getHeader("vary");
  const own = "Access-Control-Request-Headers";
  response.setHeader("vary", vary === undefined ? own : `${String(vary)}, ${own}`);
}
