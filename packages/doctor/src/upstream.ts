import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { Collector } from "./target.js";

/** What the upstream does with the next request. */
export type UpstreamAnswer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** An OpenAI-compatible server that answers as each probe says. */
export class Upstream {
  readonly #server: Server;
  /** Answers all requests until the next probe. */
  answer: UpstreamAnswer | undefined;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => {});
    if (request.method === "GET" && request.url?.endsWith("/models") === true) {
      response.setHeader("content-type", "application/json");
      response.end('{"object":"list","data":[{"id":"stepwire-doctor","object":"model"}]}');
    } else if (this.answer === undefined) {
      response.writeHead(404).end();
    } else {
      await this.answer(request, response);
    }
  }

  /** Listens on an address. @throws {Error} if that is not possible. */
  async listen(host: string, port: number): Promise<AddressInfo> {
    this.#server.listen(port, host);
    await once(this.#server, "listening");
    // A server that listens on a port has such an address.
    return this.#server.address() as AddressInfo;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}

const decoders = new Map([
  ["gzip", promisify(gunzip)],
  ["x-gzip", promisify(gunzip)],
  ["deflate", promisify(inflate)],
  ["br", promisify(brotliDecompress)],
]);

/** Reads the body of a request, decoded, up to a bound. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const body = new Collector(maxBytes);
  for await (const chunk of request) {
    if (!body.add(chunk)) {
      break;
    }
  }
  const decode = decoders.get(request.headers["content-encoding"]?.trim().toLowerCase() ?? "");
  try {
    return (await decode?.(body.bytes, { maxOutputLength: maxBytes })) ?? body.bytes;
  } catch {
    // What cannot be decoded is not what was sent.
    return body.bytes;
  }
}
