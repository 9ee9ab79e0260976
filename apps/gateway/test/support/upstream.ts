import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request that reached the upstream. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A server in the place of the OpenAI API, that answers as a test wants. */
export interface TestUpstream {
  readonly url: string;
  readonly seen: SeenRequest[];
  /** Answers from here on. */
  answer: (request: SeenRequest, response: ServerResponse) => void | Promise<void>;
}

/** Starts an upstream until the end of the test. */
export async function startUpstream(answer: TestUpstream["answer"]): Promise<TestUpstream> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const seen = { method, url, headers, body: Buffer.concat(chunks).toString() };
      upstream.seen.push(seen);
      void upstream.answer(seen, response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  const upstream: TestUpstream = { url: `http://127.0.0.1:${port}/v1`, seen: [], answer };
  return upstream;
}

/** The headers of a stream of events. */
export const streamHeaders: Readonly<Record<string, string>> = {
  "content-type": "text/event-stream; charset=utf-8",
  "x-request-id": "req_test",
  "openai-version": "2020-10-01",
};

/** Answers with a whole stream. */
export function sendStream(response: ServerResponse, stream: Uint8Array | string): void {
  response.writeHead(200, streamHeaders);
  response.end(stream);
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, json: string, status = 200): void {
  response.writeHead(status, { "content-type": "application/json", "x-request-id": "req_test" });
  response.end(json);
}
