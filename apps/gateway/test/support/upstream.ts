import type { IncomingMessage, ServerResponse } from "node:http";
import { startServer } from "@stepwire/testing";

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
  const seen: SeenRequest[] = [];
  const origin = await startServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const complete = { method, url, headers, body: Buffer.concat(chunks).toString() };
      seen.push(complete);
      void upstream.answer(complete, response);
    });
  });
  const upstream: TestUpstream = { url: `${origin}/v1`, seen, answer };
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
