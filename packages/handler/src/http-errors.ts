import { passedResponseHeaders, type ResponseSink } from "@stepwire/connect/internal";
import { type Header, OpenAIHttpError } from "@stepwire/connect/web";

/** The HTTP answer for an error. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

/** Returns the answer that a client of the API receives for an error. */
export function errorAnswer(error: OpenAIHttpError): ErrorAnswer {
  const { status, headers, body, truncated } = error;
  const passed = passedResponseHeaders(headers);
  if (truncated) {
    const replaced = OpenAIHttpError.create(status, {
      message: "The server's error is too long to be passed on.",
      code: "error_too_long",
    });
    return { ...errorAnswer(replaced), headers: [...passed, JSON_TYPE] };
  }
  const type = headers.find(([name]) => name === "content-type");
  return { status, headers: type === undefined ? passed : [...passed, type], body };
}

/** Answers a request with an error. If an answer has begun, cuts it off. */
export function sendError(
  sink: ResponseSink,
  error: OpenAIHttpError,
  more: readonly Header[] = [],
): void {
  if (sink.isGone) {
    return;
  }
  if (sink.isStarted) {
    sink.destroy();
    return;
  }
  const { status, headers, body } = errorAnswer(error);
  sink.head(status, [...headers, ...more, ["x-content-type-options", "nosniff"]]);
  sink.end(body);
}

const JSON_TYPE: Header = ["content-type", "application/json"];

/**
 * Returns the server-sent event that ends a broken stream.
 *
 * @param constants members that its payload has in addition to the error.
 */
export function errorFrame(
  error: OpenAIHttpError,
  constants: Readonly<Record<string, string>> = {},
): string {
  // The decoder removes a byte order mark, as clients do.
  const json = new TextDecoder().decode(errorAnswer(error).body);
  const text = withConstants(
    errorObject(json) === undefined ? statusJson(error.status) : json,
    constants,
  );
  // JSON has line breaks only between tokens.
  const lines = text.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `event: error\n${lines.join("")}\n`;
}

/** Returns the members of the JSON of an error; undefined if it is none. */
function errorObject(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && "error" in value ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Adds members to the JSON of an error unless it has them. The rest of the text stays as it is. */
function withConstants(json: string, constants: Readonly<Record<string, string>>): string {
  const known = errorObject(json) ?? {};
  const added = Object.entries(constants)
    .filter(([name]) => !Object.hasOwn(known, name))
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)},`);
  return json.replace("{", `{${added.join("")}`);
}

function statusJson(status: number): string {
  const { body } = OpenAIHttpError.create(status, { message: `The server answered ${status}.` });
  return new TextDecoder().decode(body);
}

/** Errors of the HTTP protocol. */
export const httpErrors = {
  unknownUrl: (method: string | undefined, url: string): OpenAIHttpError => {
    const [path = ""] = url.split("?");
    return OpenAIHttpError.create(404, {
      message: `Invalid URL (${method} ${path})`,
      code: "unknown_url",
    });
  },
  requestTooLarge: (): OpenAIHttpError =>
    OpenAIHttpError.create(413, {
      message: "The request is too large.",
      code: "request_too_large",
    }),
  shuttingDown: (): OpenAIHttpError =>
    OpenAIHttpError.create(503, {
      message: "The gateway is shutting down.",
      code: "shutting_down",
    }),
  missingHost: (): OpenAIHttpError =>
    OpenAIHttpError.create(400, { message: "The request has no host header." }),
  malformed: (): OpenAIHttpError =>
    OpenAIHttpError.create(400, {
      message: "The request is not valid HTTP, or has a header that is not.",
      code: "malformed_request",
    }),
  requestTimeout: (): OpenAIHttpError =>
    OpenAIHttpError.create(408, {
      message: "The request took too long to arrive.",
      code: "request_timeout",
    }),
  expectationFailed: (): OpenAIHttpError =>
    OpenAIHttpError.create(417, {
      message: "The header 'expect' is only served with the value 100-continue.",
    }),
  headersTooLarge: (): OpenAIHttpError =>
    OpenAIHttpError.create(431, {
      message: "The request's headers are too large.",
      code: "headers_too_large",
    }),
  noTunnel: (): OpenAIHttpError =>
    OpenAIHttpError.create(405, { message: "The method CONNECT is not served." }),
  unsupportedMediaType: (): OpenAIHttpError =>
    OpenAIHttpError.create(415, {
      message: "The request is not of the type application/json.",
      code: "unsupported_media_type",
    }),
  badPath: (): OpenAIHttpError =>
    OpenAIHttpError.create(400, { message: "The path of the request is not valid." }),
  pathTooLong: (): OpenAIHttpError =>
    OpenAIHttpError.create(414, { message: "A part of the request's path is too long." }),
  /** For an answer of the next server that is not valid in HTTP. */
  badStatus: (status: number): OpenAIHttpError =>
    OpenAIHttpError.create(502, {
      message:
        status === 0
          ? "The server redirects, but the runtime of the gateway hides where to."
          : `The server answered with the status ${status}, which cannot be passed on.`,
      code: "upstream_status",
    }),
  notSent: (cause: unknown): OpenAIHttpError =>
    OpenAIHttpError.create(
      502,
      { message: "The answer of the server cannot be sent.", code: "not_sent" },
      { cause },
    ),
  failed: (): OpenAIHttpError => OpenAIHttpError.create(500, { message: "The gateway failed." }),
};
