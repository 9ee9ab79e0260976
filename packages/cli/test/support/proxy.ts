import { once } from "node:events";
import { createServer, request } from "node:http";
import { type AddressInfo, createServer as createSocketServer } from "node:net";

/** The address of a proxy in examples. */
export const PROXY = "http://localhost:4000/v1";

/** A proxy that passes everything on to the doctor. */
export interface RunningProxy {
  /** The address of the proxy, and the option that makes the doctor its upstream. */
  readonly options: string;
  close(): void;
}

/** Starts a proxy that passes everything on. */
export async function startProxy(): Promise<RunningProxy> {
  const upstream = createSocketServer().listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const listen = (upstream.address() as AddressInfo).port;
  upstream.close();
  await once(upstream, "close");
  const server = createServer((incoming, response) => {
    const { method, url: path, headers } = incoming;
    const outgoing = request(
      { host: "127.0.0.1", port: listen, method, path, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.on("error", () => response.destroy());
        answer.pipe(response);
      },
    );
    outgoing.on("error", () => response.destroy());
    incoming.pipe(outgoing);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    options: `http://127.0.0.1:${port}/v1 --listen ${listen}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
