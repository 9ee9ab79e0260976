import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { startChain } from "./support/chain.js";
import { sendStream, startUpstream, streamHeaders } from "./support/upstream.js";

const RUNS = 10;
const thread = { id: "thread_bakery", object: "thread", created_at: 1788300600, metadata: {} };
const event = `event: thread.created\ndata: ${JSON.stringify(thread)}\n\n`;
const stream = `${event}event: done\ndata: [DONE]\n\n`;

/** Starts a run, and returns the text of its stream without the identifiers of the events. */
async function run(egress: string): Promise<string> {
  const answer = await fetch(`${egress}/v1/threads/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ assistant_id: "asst_bakery", stream: true }),
  });
  const text = await answer.text();
  return answer.status === 200 ? text.replace(/^id: .*\n/gm, "") : `${answer.status} ${text}`;
}

describe("the connections to the upstream", () => {
  it("are used for several streams, one after the other", async () => {
    const sockets = new Set<Socket | null>();
    const upstream = await startUpstream((_request, response) => {
      sockets.add(response.socket);
      sendStream(response, stream);
    });
    const { egress } = await startChain(upstream.url);
    for (let count = 0; count < RUNS; count++) {
      expect(await run(egress.url)).toBe(stream);
    }
    expect(upstream.seen).toHaveLength(RUNS);
    expect(sockets.size).toBe(1);
  });

  it.each(["immediately", "after a turn of its event loop"])(
    "may be closed by an upstream that did not say so, %s: no stream fails",
    async (time) => {
      const sockets = new Set<Socket | null>();
      const upstream = await startUpstream((_request, response) => {
        const { socket } = response;
        sockets.add(socket);
        response.once("finish", () => {
          if (time === "immediately") {
            socket?.end();
          } else {
            setImmediate(() => socket?.destroy());
          }
        });
        sendStream(response, stream);
      });
      const { egress } = await startChain(upstream.url);
      for (let count = 0; count < RUNS; count++) {
        expect(await run(egress.url)).toBe(stream);
      }
      expect(upstream.seen).toHaveLength(RUNS);
      expect(sockets.size).toBe(RUNS);
    },
  );

  it("are not used again for a while after the upstream has closed one", async () => {
    const sockets: Socket[] = [];
    const upstream = await startUpstream((_request, response) => {
      sockets.push(response.req.socket);
      sendStream(response, stream);
    });
    const { egress } = await startChain(upstream.url);
    expect(await run(egress.url)).toBe(stream);
    const [first] = sockets;
    first?.destroy();
    for (let count = 1; count < RUNS; count++) {
      expect(await run(egress.url)).toBe(stream);
    }
    expect(new Set(sockets).size).toBe(RUNS);
  });

  it("are not used again after a stream that was cut off", async () => {
    const sockets = new Set<Socket | null>();
    const upstream = await startUpstream((_request, response) => {
      sockets.add(response.socket);
      response.writeHead(200, streamHeaders).write(event);
      response.socket?.end();
    });
    const { egress } = await startChain(upstream.url);
    for (let count = 1; count <= RUNS; count++) {
      expect(await run(egress.url)).toContain("upstream_interrupted");
      expect(upstream.seen).toHaveLength(count);
    }
    expect(sockets.size).toBe(RUNS);
  });
});
