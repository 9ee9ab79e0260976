import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createApi } from "../../../apps/gateway/test/support/api-server.ts";
import type { SeenRequest, TestUpstream } from "../../../apps/gateway/test/support/upstream.ts";

/** A server in the place of the OpenAI API. */
export class Upstream {
  /** The requests since the last reset. */
  seen: SeenRequest[] = [];
  /** Answers from here on. */
  answer: TestUpstream["answer"] = createApi();
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const complete = { method, url, headers, body: Buffer.concat(chunks).toString() };
      this.seen.push(complete);
      void this.answer(complete, response);
    });
  });

  static async start(): Promise<Upstream> {
    const upstream = new Upstream();
    upstream.#server.listen(0, "127.0.0.1");
    await once(upstream.#server, "listening");
    return upstream;
  }

  /** Without a path. */
  get url(): string {
    // A server on a port has an address of this type.
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Forgets everything: the next answers are those of a new API. */
  reset(): void {
    this.seen = [];
    this.answer = createApi();
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** A stream of which the upstream sends only the first event, until it is told more. */
export class HeldStream {
  /** Settles when the connection of the stream is closed. */
  readonly closed: Promise<void>;
  #response: ServerResponse | undefined;
  readonly #closing: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor() {
    this.closed = this.#closing.promise;
  }

  /** Answers a request with the stream. */
  answer(response: ServerResponse): void {
    this.#response = response;
    response.on("close", () => this.#closing.resolve());
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(chunkEvent("first"));
  }

  /** Sends the second and last event. */
  end(): void {
    this.#response?.end(`${chunkEvent("second")}data: [DONE]\n\n`);
  }

  /** Sends events until the connection is closed. */
  goOn(): void {
    const timer = setInterval(() => this.#response?.write(chunkEvent("more")), 100);
    void this.closed.then(() => clearInterval(timer));
  }
}

function chunkEvent(content: string): string {
  const chunk = {
    id: "chatcmpl_1",
    object: "chat.completion.chunk",
    created: 1_788_300_000,
    model: "gpt-4o",
    choices: [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }],
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
