import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";

/** A wire between two servers that counts what crosses it. */
export interface CountedWire {
  readonly url: string;
  /** Bytes that went from the server to its client since this was last asked. */
  take(): number;
  close(): void;
}

/** Puts a counting wire in front of a server. */
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
  // A server on a port has an address of this kind.
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
