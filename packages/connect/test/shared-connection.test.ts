import { createServer, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { Code } from "@connectrpc/connect";
import { describe, expect, it, onTestFinished } from "vitest";
import { createTransport, ServiceClient } from "../src/index.js";
import { all, event, rpcs, serve, start, type Wire } from "./support/server.js";

const wire: Wire = { protocol: "stream", httpVersion: "1.1" };

async function* events(): AsyncGenerator<Uint8Array, void> {
  yield await Promise.resolve(event(1));
}

/** undici uses a connection again after a cycle of the event loop. */
async function cycles(): Promise<void> {
  for (let count = 0; count < 3; count++) {
    await setImmediate();
  }
}

describe("streams over HTTP/1.1 that follow each other", () => {
  it("share a connection", async () => {
    const { client, connections } = await serve(
      { streamRunEvents: () => Promise.resolve({ events: events() }) },
      wire,
    );
    for (let count = 0; count < 5; count++) {
      const stream = await client.open(rpcs.streamRunEvents, { start });
      expect(await all(stream)).toHaveLength(1);
      await cycles();
    }
    expect(await connections()).toBe(1);
  });

  it("are never sent twice, also if the server closes the connection that they share", async () => {
    const sockets: Socket[] = [];
    let requests = 0;
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => {});
      socket.on("data", () => {
        requests++;
        if (requests === 1) {
          const error = "stepwire-error: not_found answer";
          socket.write(`HTTP/1.1 404 Not Found\r\n${error}\r\ncontent-length: 0\r\n\r\n`);
        } else {
          // It has got the request, and might have started a run.
          socket.destroy();
        }
      });
    });
    const url = await new Promise<string>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
      });
    });
    onTestFinished(() => {
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
    });
    const client = new ServiceClient(createTransport({ baseUrl: url, ...wire }));
    const open = (): Promise<unknown> => client.open(rpcs.streamRunEvents, { start });
    await expect(open()).rejects.toMatchObject({ code: Code.NotFound });
    await cycles();
    await expect(open()).rejects.toMatchObject({ code: Code.Unavailable });
    expect([requests, sockets.length]).toEqual([2, 1]);
  });
});
