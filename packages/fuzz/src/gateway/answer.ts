/** An answer of HTTP/1.1 as a client received it. */
export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** Whether the body came to its end. */
  readonly isComplete: boolean;
}

/** Reads the last answer in received bytes; undefined if there is none. */
export function parseAnswer(received: Buffer): Answer | undefined {
  let rest = received;
  for (;;) {
    const headEnd = rest.indexOf("\r\n\r\n");
    if (headEnd === -1) {
      return undefined;
    }
    const [statusLine = "", ...lines] = rest.subarray(0, headEnd).toString("latin1").split("\r\n");
    const status = Number(/^HTTP\/1\.[01] ([0-9]{3})/.exec(statusLine)?.[1]);
    if (Number.isNaN(status)) {
      return undefined;
    }
    rest = rest.subarray(headEnd + 4);
    if (status >= 200) {
      const headers = new Map(
        lines.map((line): [string, string] => {
          const colon = line.indexOf(":");
          return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
        }),
      );
      return { status, headers, ...parseBody(rest, headers, status) };
    }
  }
}

function parseBody(
  bytes: Buffer,
  headers: ReadonlyMap<string, string>,
  status: number,
): Pick<Answer, "body" | "isComplete"> {
  if (headers.get("transfer-encoding") === "chunked") {
    return parseChunks(bytes);
  }
  const length = headers.get("content-length");
  if (length === undefined) {
    return { body: bytes, isComplete: status === 204 || headers.get("connection") === "close" };
  }
  const body = bytes.subarray(0, Number(length));
  return { body, isComplete: body.length === Number(length) };
}

function parseChunks(bytes: Buffer): Pick<Answer, "body" | "isComplete"> {
  const chunks: Buffer[] = [];
  let start = 0;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", start);
    const size =
      lineEnd === -1 ? Number.NaN : Number.parseInt(bytes.toString("latin1", start, lineEnd), 16);
    if (Number.isNaN(size)) {
      return { body: Buffer.concat(chunks), isComplete: false };
    }
    if (size === 0) {
      return { body: Buffer.concat(chunks), isComplete: true };
    }
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    start = lineEnd + 2 + size + 2;
  }
}
