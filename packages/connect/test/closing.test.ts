import { Code, createClient } from "@connectrpc/connect";
import { RunStepService } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import { createTransport, ServiceClient } from "../src/index.js";
import { all, event, rpcs, serve, start, type Wire } from "./support/server.js";

const wire: Wire = { protocol: "stream", httpVersion: "1.1" };
const streams = 20;

describe("streams that were read to the end", () => {
  it("are closed together, by one call for each caller", async () => {
    const { url, server } = await serve(
      { streamRunEvents: () => Promise.resolve({ events: events() }) },
      wire,
    );
    const transport = createTransport({ baseUrl: url, ...wire });
    const closed: unknown[] = [];
    const client = new ServiceClient({
      ...transport,
      unary: (...call) => {
        closed.push(call[4]);
        return transport.unary(...call);
      },
    });
    await Promise.all(
      Array.from({ length: streams }, async (_, index) => {
        const headers = [["authorization", `Bearer ${index % 2}`]] as const;
        const call = { headers, resumeWindow: 60_000 };
        expect(await all(await client.open(rpcs.streamRunEvents, { start }, call))).toHaveLength(2);
      }),
    );
    // Those of the other caller would be left if credentials were mixed up.
    await expect.poll(() => server.streams).toBe(0);
    expect(closed.length).toBeGreaterThanOrEqual(2);
    expect(closed.length).toBeLessThan(streams / 2);
  });

  it("cannot be closed in any number by one call", async () => {
    const { url } = await serve({}, wire);
    const client = createClient(RunStepService, createTransport({ baseUrl: url, ...wire }));
    const streamIds = Array.from({ length: 1000 }, String);
    await client.closeRunEvents({ streamId: "first", streamIds: streamIds.slice(1) });
    await expect(client.closeRunEvents({ streamId: "first", streamIds })).rejects.toMatchObject({
      code: Code.InvalidArgument,
    });
  });
});

async function* events(): AsyncGenerator<Uint8Array, void> {
  yield event(1);
  yield await Promise.resolve(event(2));
}
