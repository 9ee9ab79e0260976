import { once } from "node:events";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { NodeSink } from "@stepwire/connect/internal";
import { httpErrors, sendError, untilIdle } from "@stepwire/handler/internal";
import type { Logger } from "pino";
import type { Metrics } from "../metrics.js";
import type { ServerLimits } from "./server-limits.js";

/** Options for what both roles serve. */
export interface AppOptions {
  /** Answers all requests but those for `/healthz` and `/metrics`, except during a shutdown. */
  readonly listener: RequestListener;
  readonly createServer: (listener: RequestListener, limits: ServerLimits) => Server;
  readonly limits: ServerLimits;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The HTTP server of a role, with its state of shutting down. */
export interface App {
  /** Settles with the URL when the server listens. */
  listen(address: { readonly host: string; readonly port: number }): Promise<string>;
  /** Starts to refuse new requests. */
  drain(): void;
  /** Closes all connections. */
  close(): Promise<void>;
}

/** Maximum time for answers that have ended to be written, in milliseconds. */
const FLUSH_GRACE = 200;
const HEALTH = "/healthz";
const METRICS = "/metrics";

/** Creates the server with `/healthz` and `/metrics`, without listening yet. */
export function createApp({ listener, createServer, limits, log, metrics }: AppOptions): App {
  let draining = false;
  let answering = 0;
  const observe = (path: string, response: ServerResponse): void => {
    if (path === HEALTH) {
      const text = draining ? '{"status":"draining"}\n' : '{"status":"ok"}\n';
      sendText(response, draining ? 503 : 200, "application/json; charset=utf-8", text);
      return;
    }
    metrics.text().then(
      (text) => sendText(response, 200, metrics.contentType, text),
      (error: unknown) => {
        log.error({ error }, "the gateway failed");
        sendError(new NodeSink(response), httpErrors.failed());
      },
    );
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = request.method === "GET" ? observedPath(request.url) : undefined;
    if (path !== undefined) {
      observe(path, response);
    } else if (draining) {
      // HTTP/2 has no such header.
      const closing = request.httpVersionMajor === 1 ? [["connection", "close"] as const] : [];
      sendError(new NodeSink(response), httpErrors.shuttingDown(), [
        ...closing,
        ["retry-after", "1"],
      ]);
    } else {
      answering++;
      response.once("close", () => {
        answering--;
      });
      listener(request, response);
    }
  }, limits);
  return {
    listen: async ({ host, port }) => {
      server.listen(port, host);
      await once(server, "listening");
      // A server on a port has an address of this kind.
      const { address, family, port: actual } = server.address() as AddressInfo;
      return `http://${family === "IPv6" ? `[${address}]` : address}:${actual}`;
    },
    drain: () => {
      draining = true;
    },
    close: async () => {
      // The last bytes of answers are on their way to the sockets.
      await untilIdle(() => answering, FLUSH_GRACE);
      const closed = once(server, "close");
      server.closeAllConnections();
      server.close();
      await closed;
    },
  };
}

/** Returns the path of a request that observes the gateway; undefined for any other. */
function observedPath(url = ""): string | undefined {
  return [HEALTH, METRICS].find((path) => url === path || url.startsWith(`${path}?`));
}

function sendText(response: ServerResponse, status: number, type: string, text: string): void {
  const body = Buffer.from(text);
  response.writeHead(status, { "content-type": type, "content-length": body.length });
  response.end(body);
}
