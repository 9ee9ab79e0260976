import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A wire between two sides that counts, and that can be cut. */
export interface Relay {
  readonly url: string;
  /** The URL of the server at the other end, for connections to come. */
  target: string;
  /** Bytes from the server to its clients. */
  received: number;
  /** How many bytes more the server may send before all connections break. */
  cutAfter: number;
  /** Cuts all connections now. */
  cutAll(): void;
  /** How often the wire was cut. */
  cuts: number;
}

/** Options of a relay. */
export interface RelayOptions {
  /** Time without traffic after which a connection is cut, in milliseconds; 0 for never. */
  readonly idleTimeout?: number;
}

/** Starts a relay in front of a server until the end of the test. */
export async function startRelay(
  target: string,
  { idleTimeout = 0 }: RelayOptions = {},
): Promise<Relay> {
  const sockets = new Set<Socket>();
  const cutAll = (): void => {
    relay.cuts++;
    relay.cutAfter = Number.POSITIVE_INFINITY;
    for (const socket of sockets) {
      socket.resetAndDestroy();
    }
  };
  const server = createServer((client) => {
    const { hostname, port } = new URL(relay.target);
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    upstream.setTimeout(idleTimeout, () => {
      relay.cuts++;
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    });
    client.pipe(upstream);
    upstream.on("data", (chunk: Buffer) => {
      const passed = chunk.subarray(0, relay.cutAfter);
      relay.received += passed.length;
      relay.cutAfter -= passed.length;
      client.write(passed, () => {
        if (passed.length < chunk.length) {
          cutAll();
        }
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) {
      socket.destroy();
    }
    server.close();
  });
  // A server on a port has an address of this kind.
  const address = server.address() as AddressInfo;
  const relay: Relay = {
    url: `http://127.0.0.1:${address.port}`,
    target,
    received: 0,
    cutAfter: Number.POSITIVE_INFINITY,
    cuts: 0,
    cutAll,
  };
  return relay;
}
