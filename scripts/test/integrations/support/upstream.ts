import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { chatAnswer, chatEvents } from "./chat-script.ts";
import { responseAnswer, responseEvents } from "./response-script.ts";
import type { RequestBody, ScriptedEvent } from "./script.ts";

/** A request as the upstream received it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An invented OpenAI-compatible server. */
export interface Upstream {
  /** The base URL of its API, which ends in `/v1`. */
  readonly url: string;
  /** Returns the requests since the last call. */
  take(): ReceivedRequest[];
  /** The number of streams whose client left before their end. */
  readonly aborted: number;
  close(): void;
}

const PACE = 3;
/** Longer than any test: who waits for the end of such a stream is stuck. */
const NEVER = 600_000;

/**
 * Starts an invented server with what real ones have beyond the published schema: members that
 * nobody knows, large integers, and nulls. The text of a request asks for more:
 *
 * - `fail once`: the first such request is answered with 429, and a header to retry soon
 * - `slow`: a document comes after a long time, and a stream ends never
 */
export async function startUpstream(): Promise<Upstream> {
  let received: ReceivedRequest[] = [];
  let failures = 0;
  let aborted = 0;
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      const { method = "", url = "" } = request;
      received.push({ method, url, ...withoutBoundary(headersOf(request), body) });
      response.setHeader("x-request-id", "req_invented");
      response.setHeader("x-ratelimit-remaining-requests", "99");
      if (body.includes("fail once") && failures++ % 2 === 0) {
        response.setHeader("retry-after-ms", "1");
        send(response, 429, slowDown);
        return undefined;
      }
      response.once("close", () => {
        aborted += response.writableFinished ? 0 : 1;
      });
      const [path = ""] = url.split("?");
      return answer(path, body, response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on a port has an address of this type.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    take: () => {
      const taken = received;
      received = [];
      return taken;
    },
    get aborted() {
      return aborted;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const slowDown = {
  error: { message: "Slow down.", type: "requests", param: null, code: "rate_limit" },
  x_hint: 12345678901234567890n,
};

const unknownModel = {
  error: {
    message: "The model `missing` does not exist.",
    type: "invalid_request_error",
    param: null,
    code: "model_not_found",
  },
};

/** The answers that do not depend on a script. */
const documents: Readonly<Record<string, (body: string) => object>> = {
  "/v1/files": uploaded,
  "/v1/models": () => ({
    object: "list",
    data: [{ id: "crumb-1", object: "model", created: 1, owned_by: "bakery" }],
  }),
  "/v1/embeddings": () => ({
    object: "list",
    data: [{ object: "embedding", index: 0, embedding: [0.25, -0.5, 1e-7] }],
    model: "crumb-embed",
    usage: { prompt_tokens: 2, total_tokens: 2 },
  }),
};

interface Script {
  readonly document: (body: RequestBody) => object;
  readonly events: (body: RequestBody) => Iterable<ScriptedEvent>;
}

const scripts: Readonly<Record<string, Script>> = {
  "/v1/chat/completions": { document: chatAnswer, events: chatEvents },
  "/v1/responses": { document: responseAnswer, events: responseEvents },
};

async function answer(path: string, text: string, response: ServerResponse): Promise<void> {
  const document = documents[path];
  if (document !== undefined) {
    send(response, 200, document(text));
    return;
  }
  // A request of the SDK.
  const body = JSON.parse(text) as RequestBody;
  const script = scripts[path];
  if (script === undefined || body["model"] === "missing") {
    send(response, 404, unknownModel);
    return;
  }
  const isSlow = text.includes("slow");
  if (body["stream"] !== true) {
    await wait(isSlow ? NEVER : 0, undefined, { ref: false });
    send(response, 200, script.document(body));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const events = [...script.events(body)].map(textOfEvent);
  // The end comes with the last event: clients leave after it, which is no abort.
  const last = events.pop() ?? "";
  for (const event of events) {
    response.write(event);
    await wait(isSlow ? NEVER : PACE, undefined, { ref: false });
  }
  response.end(last);
}

function textOfEvent({ name, data }: ScriptedEvent): string {
  const line = name === undefined ? "" : `event: ${name}\n`;
  return `${line}data: ${typeof data === "string" ? data : stringify(data)}\n\n`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const known = ["authorization", "content-type", "openai-organization", "idempotency-key"];
  return Object.fromEntries(
    known.flatMap((name) => {
      const value = headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}

/** Replaces the boundary of an upload, which is another one each time. */
function withoutBoundary(
  headers: Record<string, string>,
  body: string,
): Pick<ReceivedRequest, "headers" | "body"> {
  const type = headers["content-type"] ?? "";
  const [, boundary] = /boundary=(.+)$/.exec(type) ?? [];
  return boundary === undefined
    ? { headers, body }
    : {
        headers: { ...headers, "content-type": type.replace(boundary, "boundary") },
        body: body.replaceAll(boundary, "boundary"),
      };
}

/** Returns the file of an upload, with its size without the boundaries of the form. */
function uploaded(form: string): object {
  const [, name = "", content = ""] =
    /filename="([^"]*)"[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(form) ?? [];
  return {
    id: "file_1",
    object: "file",
    bytes: content.length,
    created_at: 1,
    filename: name,
    purpose: "assistants",
    status: "processed",
    x_vendor: null,
  };
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(stringify(value));
}

/** Writes a value as JSON, with bigints as integers. */
function stringify(value: unknown): string {
  const mark = "\u0000";
  const json = JSON.stringify(value, (_, each: unknown) =>
    typeof each === "bigint" ? `${mark}${each}` : each,
  );
  return json.replaceAll(/"\\u0000(\d+)"/g, "$1");
}
