import { createPolled, ENDED, type NumberedEvent } from "@stepwire/connect";
import { NodeSink } from "@stepwire/connect/internal";
import { writeEvents } from "@stepwire/handler/internal";
import { startServer } from "@stepwire/testing";
import { expect, it } from "vitest";

it("an event that cannot be converted: the client gets those before it, then an error", async () => {
  const event = new Uint8Array();
  const block = [1, 2, 3, 4].map((number): NumberedEvent => ({ number, event }));
  const blocks = [block, block];
  const counts: number[] = [];
  const url = await startServer((_request, response) => {
    const polled = createPolled({ take: () => blocks.shift() ?? ENDED, wait: () => {} }, () => {});
    void writeEvents(new NodeSink(response), polled, {
      toServerSentEvents: (events) => {
        if (events.some(({ number }) => number === 3)) {
          throw new Error("no loaf has the number 3");
        }
        return Buffer.from(events.map(({ number }) => `data: ${number}\n\n`).join(""));
      },
      signal: new AbortController().signal,
      keepAliveInterval: 0,
      idleTimeout: 1000,
      onEvents: (count) => counts.push(count),
    });
  });
  const text = await (await fetch(url)).text();
  expect(text).toMatch(/^data: 1\n\ndata: 2\n\nevent: error\ndata: \{"error":.*\}\n\n$/);
  expect(counts).toEqual([1, 1]);
});
