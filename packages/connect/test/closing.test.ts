import { Code, createClient, type Transport } from "@connectrpc/connect";
import { RunStepService } from "@stepwire/core";
import { getServiceMapping } from "@stepwire/mapping";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StreamCloser } from "../src/client/stream-closer.js";
import { createTransport } from "../src/index.js";
import { all, event, rpcs, serve, start, type Wire } from "./support/server.js";

const wire: Wire = { protocol: "stream", httpVersion: "1.1" };

describe("streams that nobody will resume", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("are closed together, by one call for each caller", () => {
    const calls: unknown[] = [];
    const unary: Transport["unary"] = async (_method, _signal, _timeout, headers, request) => {
      calls.push([new Headers(headers).get("authorization"), request]);
      return await Promise.reject(new Error("the answer does not matter"));
    };
    const closer = new StreamCloser({ unary } as Transport);
    const { closing } = getServiceMapping(RunStepService);
    const close = (streamId: string, caller: string): void => {
      const headers = new Headers({ authorization: caller, "x-request-id": streamId });
      expect(closing).toBeDefined();
      if (closing !== undefined) {
        closer.close(closing, streamId, headers);
      }
    };
    const taken = (): unknown[] => calls.splice(0);
    close("1", "a");
    // The first one does not wait.
    expect(taken()).toEqual([["a", { streamId: "1", streamIds: [] }]]);
    close("2", "a");
    close("3", "b");
    close("4", "b");
    close("5", "a");
    expect(taken()).toEqual([["b", { streamId: "3", streamIds: [] }]]);
    vi.advanceTimersByTime(100);
    expect(taken()).toEqual([
      ["a", { streamId: "2", streamIds: ["5"] }],
      ["b", { streamId: "4", streamIds: [] }],
    ]);
    for (let count = 0; count < 501; count++) {
      close(`${count}`, "a");
    }
    expect(taken()).toMatchObject([["a", { streamIds: { length: 499 } }]]);
    vi.advanceTimersByTime(1000);
    expect(taken()).toEqual([["a", { streamId: "500", streamIds: [] }]]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a call that closes streams", () => {
  it("closes all that belong to its caller", async () => {
    const { client, server } = await serve(
      { streamRunEvents: () => Promise.resolve({ events: events() }) },
      wire,
    );
    await Promise.all(
      ["a", "b", "a", "a", "b"].map(async (caller) => {
        const headers = [["authorization", caller]] as const;
        const call = { headers, resumeWindow: 60_000 };
        expect(await all(await client.open(rpcs.streamRunEvents, { start }, call))).toHaveLength(2);
      }),
    );
    await expect.poll(() => server.streams).toBe(0);
  });

  it("is refused if it names too many", async () => {
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
