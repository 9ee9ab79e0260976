import type { Header } from "../headers.js";
import type { IncomingRequest } from "./incoming-request.js";

/** Which web pages of other origins may call the services, by the rules of browsers (CORS). */
export interface CorsOptions {
  /** The origins of the pages, such as `https://app.example.com`; `*` for all. */
  readonly origins: readonly string[] | "*";
}

/** What CORS says about a request. */
export interface CorsAnswer {
  /** Headers to add to the answer. */
  readonly headers: readonly Header[];
  /** Whether the request only asked for permission; its answer has no body, and the status 204. */
  readonly isPreflight: boolean;
}

/** How long a browser remembers a permission, in seconds. Chromium caps it at this. */
const MAX_AGE = "7200";

/** The status of the answer to a request for permission. */
export const NO_CONTENT = 204;

/**
 * Returns the permission for a request's origin. It lets the page send any header, and read all
 * headers, because the services know credentials only as headers. Cookies are not allowed.
 */
export function corsAnswer(
  { method, headers }: Pick<IncomingRequest, "method" | "headers">,
  { origins }: CorsOptions,
): CorsAnswer {
  const origin = headers.get("origin");
  const isPreflight = method === "OPTIONS" && headers.get("access-control-request-method") !== null;
  const answer: Header[] = [];
  // A cache must not serve the answer for one origin to another.
  const vary = origins === "*" ? [] : ["Origin"];
  if (origin !== null && (origins === "*" || origins.includes(origin))) {
    answer.push(["access-control-allow-origin", origins === "*" ? "*" : origin]);
    if (isPreflight) {
      vary.push("Access-Control-Request-Headers");
      answer.push(
        ["access-control-allow-methods", "GET, POST"],
        ["access-control-max-age", MAX_AGE],
        // Without a list, because `*` does not include `authorization`.
        ["access-control-allow-headers", headers.get("access-control-request-headers") ?? ""],
      );
    } else {
      answer.push(["access-control-expose-headers", "*"]);
    }
  }
  if (vary.length > 0) {
    answer.push(["vary", vary.join(", ")]);
  }
  return { headers: answer, isPreflight };
}
