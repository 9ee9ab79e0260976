import { once } from "node:events";
import { connect, constants } from "node:http2";
import { create, toBinary } from "@bufbuild/protobuf";
import { StreamRunEventsRequestSchema } from "@stepwire/core";
import { expect, it, onTestFinished } from "vitest";
import type { OpenedStream } from "../src/index.js";
import { event, serve, start } from "./support/server.js";

const CALLS = 40;

/** Returns the number of timers that run; each call with a deadline has one. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((each) => each === "Timeout").length;
}

/** A stream that has one event, and then none until it is aborted. */
async function openSilent(_start: unknown, call: { signal: AbortSignal }): Promise<OpenedStream> {
  async function* events(): AsyncGenerator<Uint8Array, void> {
    yield event(1);
    await once(call.signal, "abort");
  }
  return await Promise.resolve({ events: events() });
}

it("a call over HTTP/2 that is reset at its first byte keeps nothing", async () => {
  const service = await serve(
    { streamRunEvents: openSilent },
    { protocol: "stream", httpVersion: "2" },
  );
  const session = connect(service.url);
  onTestFinished(() => session.destroy());
  const schema = StreamRunEventsRequestSchema;
  const body = toBinary(schema, create(schema, { start }));
  const before = timers();
  for (let count = 0; count < CALLS; count++) {
    const stream = session.request({
      ":method": "POST",
      ":path": "/stepwire.v1.RunStepService/StreamRunEvents",
      "content-type": "application/proto",
      "connect-timeout-ms": "600000",
    });
    stream.end(body);
    await once(stream, "data");
    stream.close(constants.NGHTTP2_CANCEL);
    await once(stream, "close");
  }
  await expect.poll(() => service.server.streams).toBe(0);
  await expect.poll(timers).toBeLessThan(before + CALLS / 2);
});
