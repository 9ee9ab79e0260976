import { once } from "node:events";
import { request as http1Request } from "node:http";
import { connect as http2Connect } from "node:http2";
import { setTimeout as delay } from "node:timers/promises";
import { create, toBinary } from "@bufbuild/protobuf";
import { StreamRunEventsRequestSchema } from "@stepwire/core";
import { describe, expect, it, onTestFinished } from "vitest";
import type { OpenedStream } from "../src/index.js";
import { event, noise, serve, start, type TestService } from "./support/server.js";

const EVENT_BYTES = 100_000;

/** A source that never ends, and sends as fast as the reader reads. */
class Endless {
  /** The number of events that were read. */
  read = 0;

  async open(): Promise<OpenedStream> {
    const next = (): Uint8Array => event(++this.read, EVENT_BYTES, noise(this.read, EVENT_BYTES));
    async function* events(): AsyncGenerator<Uint8Array, void> {
      for (;;) {
        yield await Promise.resolve(next());
      }
    }
    return await Promise.resolve({ events: events() });
  }
}

const path = "/stepwire.v1.RunStepService/StreamRunEvents";

const connectType = { "content-type": "application/connect+proto" };
const streamType = {
  "content-type": "application/proto",
  accept: "application/vnd.stepwire.stream",
};

/** The body of a call that opens a stream, which can be resumed for a short time. */
function bodyFor(headers: Record<string, string>): Uint8Array {
  const message = toBinary(
    StreamRunEventsRequestSchema,
    create(StreamRunEventsRequestSchema, { start, resumeWindow: { seconds: 0n, nanos: 1e8 } }),
  );
  if (headers["content-type"] === streamType["content-type"]) {
    return message;
  }
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Whether the server has ended the call. */
type IsEnded = () => Promise<boolean>;

/** Opens a stream over HTTP/1.1 and reads nothing of it. */
async function stallHttp1(
  { url, connections }: TestService,
  headers: Record<string, string>,
): Promise<IsEnded> {
  const request = http1Request(new URL(path, url), {
    method: "POST",
    // If the end of the answer fits into the buffers, the server also closes the connection.
    headers: { ...headers, connection: "close" },
  });
  onTestFinished(() => {
    request.destroy();
  });
  request.on("error", () => {});
  request.end(bodyFor(headers));
  await once(request, "response");
  return async () => (await connections()) === 0;
}

/** Opens a stream over HTTP/2 and reads nothing of it. */
async function stallHttp2({ url }: TestService, headers: Record<string, string>): Promise<IsEnded> {
  const session = http2Connect(url);
  onTestFinished(() => session.destroy());
  const stream = session.request({ ":method": "POST", ":path": path, ...headers });
  stream.on("error", () => {});
  stream.end(bodyFor(headers));
  await once(stream, "response");
  return async () => await Promise.resolve(stream.closed);
}

describe.each([
  ["1.1", stallHttp1],
  ["2", stallHttp2],
] as const)("a caller that does not read, over HTTP/%s", (httpVersion, stall) => {
  const wire = { protocol: "connect", httpVersion } as const;

  describe.each([
    ["Connect", connectType],
    ["the stream format", streamType],
  ])("in %s", (_name, type) => {
    it.each([
      ["its own deadline", { "connect-timeout-ms": "300" }, {}],
      ["the longest time of a stream", {}, { maxStreamTime: 300 }],
    ])("issue 11.18: gives its slot back after %s", async (_limit, timeout, bounds) => {
      const source = new Endless();
      const service = await serve({ streamRunEvents: () => source.open() }, wire, bounds);
      const isEnded = await stall(service, { ...type, ...timeout });
      await expect.poll(() => service.server.streams, { timeout: 3000 }).toBe(0);
      await expect.poll(isEnded, { timeout: 3000 }).toBe(true);
    });

    it("holds at most what the buffers of the connection hold", async () => {
      const source = new Endless();
      const service = await serve({ streamRunEvents: () => source.open() }, wire);
      const isEnded = await stall(service, type);
      let before = 0;
      await expect
        .poll(
          async () => {
            before = source.read;
            await delay(100);
            return source.read - before;
          },
          { timeout: 3000 },
        )
        .toBe(0);
      // The buffers of the operating system for one connection, and one event.
      expect(source.read * EVENT_BYTES).toBeLessThan(16 * 1024 * 1024);
      expect(service.server.streams).toBe(1);
      expect(await isEnded()).toBe(false);
    });
  });
});
