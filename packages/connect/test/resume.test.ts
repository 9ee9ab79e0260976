import { Code } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { createTransport, type NumberedEvent, ServiceClient } from "../src/index.js";
import { PushedSource } from "./support/pushed-source.js";
import { all, rpcs, serve, start, wires } from "./support/server.js";

const options = { resumeWindow: 20_000, keep: true };

/** Reads some events, then stops. */
async function read(events: AsyncIterable<NumberedEvent>, until: number): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { number } of events) {
    numbers.push(number);
    if (number === until) {
      break;
    }
  }
  return numbers;
}

describe.each(wires)("a stream that is kept, over $protocol, HTTP/$httpVersion", (wire) => {
  it("is resumed by another client, until it is closed", async () => {
    const source = new PushedSource();
    const { url, client, server } = await serve(source, wire);
    const other = new ServiceClient(createTransport({ baseUrl: url, ...wire }));
    source.push(4);
    const opened = await client.open(rpcs.streamRunEvents, { start }, options);
    const { streamId } = opened;
    expect(await read(opened, 3)).toEqual([1, 2, 3]);
    expect(server.streams).toBe(1);
    source.push(2, { end: true });
    const resumed = await other.resume(rpcs.streamRunEvents, { streamId, after: 3 }, options);
    expect(resumed.streamId).toBe(streamId);
    expect((await all(resumed)).map(({ number }) => number)).toEqual([4, 5, 6]);
    expect(source.opened).toBe(1);
    expect(server.streams).toBe(1);
    resumed.close();
    await expect.poll(() => server.streams).toBe(0);
    const late = other.resume(rpcs.streamRunEvents, { streamId, after: 3 }, options);
    await expect(late).rejects.toMatchObject({ code: Code.NotFound });
  });

  it("is not taken back by a client that was displaced", async () => {
    const source = new PushedSource();
    const { url, client } = await serve(source, wire);
    const other = new ServiceClient(createTransport({ baseUrl: url, ...wire }));
    source.push(1);
    const first = await client.open(rpcs.streamRunEvents, { start }, options);
    const { streamId } = first;
    const displaced = read(first, 100).catch((error: unknown) => error);
    const second = await other.resume(rpcs.streamRunEvents, { streamId, after: 0 }, options);
    const numbers = read(second, 3);
    expect(await displaced).toBeInstanceOf(Error);
    source.push(2, { end: true });
    expect(await numbers).toEqual([1, 2, 3]);
  });
});
