import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";

/** A connection between two servers that counts the bytes it carries. */
export interface CountedWire {
  readonly url: string;
  /** Returns the number of bytes sent from the server to its client since the last call. */
  take(): number;
  close(): void;
}

/** Starts a proxy in front of a server that counts bytes. */
export async function countWire(target: string): Promise<CountedWire> {
  const { hostname, port } = new URL(target);
  let bytes = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    upstream.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on a port has an address of this type.
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    take: () => {
      const taken = bytes;
      bytes = 0;
      return taken;
    },
    close: () => {
      server.close();
    },
  };
}
