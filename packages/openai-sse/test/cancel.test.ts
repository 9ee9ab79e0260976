import { type StreamEvent, StreamEventSchema } from "@stepwire/core";
import { describe, expect, it, vi } from "vitest";
import {
  createEventDecoderStream,
  createEventEncoderStream,
  decodeEvents,
  encodeEvents,
} from "../src/index.js";
import { chunksOf, collect, decodeAll, refusalOf } from "./streams.js";

const stream = "event: a\ndata: 1\n\n";

/** A web stream without end that counts what is taken from it. */
function endlessStream(): {
  readable: ReadableStream<Uint8Array>;
  state: { pulled: number; cancelled: boolean };
} {
  const state = { pulled: 0, cancelled: false };
  const readable = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        state.pulled++;
        controller.enqueue(Buffer.from(stream));
      },
      cancel: () => {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { readable, state };
}

describe("reading", () => {
  it("takes no more than is asked for", async () => {
    const { readable, state } = endlessStream();
    const events = decodeEvents(StreamEventSchema, readable);
    expect(state.pulled).toBe(0);
    await events.next();
    await events.next();
    expect(state.pulled).toBe(2);
    await events.return?.();
  });

  it("answers those in turn who ask before the last answer has come", async () => {
    const text = [1, 2, 3, 4].map((number) => `data: ${number}\n\n`).join("");
    const events = decodeEvents(StreamEventSchema, chunksOf(text, 3));
    const asked = Array.from({ length: 6 }, () => events.next());
    const numbers = (await Promise.all(asked)).map(({ done, value }) =>
      done === true || value.event.case !== "other" ? undefined : value.event.value.data,
    );
    expect(numbers).toEqual(["1", "2", "3", "4", undefined, undefined]);
  });

  it("cancels a web stream when the consumer leaves", async () => {
    const { readable, state } = endlessStream();
    for await (const event of decodeEvents(StreamEventSchema, readable)) {
      expect(event.event.case).toBe("other");
      break;
    }
    expect(state).toEqual({ pulled: 1, cancelled: true });
  });

  it("ends an iterable when the consumer leaves", async () => {
    let ended = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield await Promise.resolve(Buffer.from(stream));
        }
      } finally {
        ended = true;
      }
    }
    for await (const _ of decodeEvents(StreamEventSchema, source())) {
      break;
    }
    expect(ended).toBe(true);
  });

  it("cancels a web stream while it is waited for", async () => {
    let cancelled = false;
    const silent = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from(`${stream}event: b\ndata: 2`)),
      cancel: () => {
        cancelled = true;
      },
    });
    const events = decodeEvents(StreamEventSchema, silent);
    await events.next();
    const waiting = events.next();
    await events.return?.();
    // The part of the second event that arrived does not count as a complete event.
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(cancelled).toBe(true);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it("cancels the source when an event is refused", async () => {
    let cancelled = false;
    const source = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from("data: {\n\n")),
      cancel: () => {
        cancelled = true;
      },
    });
    await refusalOf(collect(decodeEvents(StreamEventSchema, source)));
    expect(cancelled).toBe(true);
  });

  it("lets an error of the source through, without what it cuts off", async () => {
    const reset = new Error("connection reset");
    async function* source(): AsyncGenerator<Uint8Array> {
      yield* chunksOf(`${stream}data: 2`);
      throw reset;
    }
    const events: StreamEvent[] = [];
    const read = async (): Promise<void> => {
      for await (const event of decodeEvents(StreamEventSchema, source())) {
        events.push(event);
      }
    };
    await expect(read()).rejects.toBe(reset);
    expect(events).toHaveLength(1);
  });
});

describe("writing", () => {
  it("takes no more than is asked for, and ends its source", async () => {
    let taken = 0;
    let ended = false;
    const [event] = await decodeAll(stream);
    async function* source(): AsyncGenerator<StreamEvent> {
      try {
        while (event !== undefined) {
          taken++;
          yield await Promise.resolve(event);
        }
      } finally {
        ended = true;
      }
    }
    const chunks = encodeEvents(StreamEventSchema, source());
    expect(taken).toBe(0);
    await chunks.next();
    expect(taken).toBe(1);
    await chunks.return?.();
    expect(ended).toBe(true);
  });
});

describe("web streams", () => {
  it("are piped through", async () => {
    const text = `${stream}event: done\ndata: [DONE]\n\n`;
    const piped = new Blob([text])
      .stream()
      .pipeThrough(createEventDecoderStream(StreamEventSchema))
      .pipeThrough(createEventEncoderStream(StreamEventSchema));
    expect(await new Response(piped).text()).toBe(text);
  });

  it("give the event at the end of the input, and errors", async () => {
    const readable = new Blob([`${stream}data: 2`]).stream();
    expect(
      await collect(readable.pipeThrough(createEventDecoderStream(StreamEventSchema))),
    ).toHaveLength(2);
    const broken = new Blob([`${stream}data: {`]).stream();
    const refusal = await refusalOf(
      collect(broken.pipeThrough(createEventDecoderStream(StreamEventSchema))),
    );
    expect(refusal.event).toBe(1);
  });

  it("pass the cancelling on", async () => {
    const { readable, state } = endlessStream();
    await readable.pipeThrough(createEventDecoderStream(StreamEventSchema)).cancel();
    await vi.waitFor(() => expect(state.cancelled).toBe(true));
  });
});
