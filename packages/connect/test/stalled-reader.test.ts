import { once } from "node:events";
import { request as http1Request } from "node:http";
import { connect as http2Connect } from "node:http2";
import { create, toBinary } from "@bufbuild/protobuf";
import { StreamRunEventsRequestSchema } from "@stepwire/core";
import { describe, expect, it, onTestFinished } from "vitest";
import type { OpenedStream } from "../src/index.js";
import { event, serve, start, type TestService } from "./support/server.js";

/** A source that never ends, and sends as fast as the reader reads. */
async function openEndless(): Promise<OpenedStream> {
  async function* events(): AsyncGenerator<Uint8Array, void> {
    for (let number = 1; ; number++) {
      yield await Promise.resolve(event(number, 100_000));
    }
  }
  return await Promise.resolve({ events: events() });
}

const path = "/stepwire.v1.RunStepService/StreamRunEvents";

/** The body of a call that opens a stream, which can be resumed for a short time. */
function body(): Buffer {
  const message = toBinary(
    StreamRunEventsRequestSchema,
    create(StreamRunEventsRequestSchema, { start, resumeWindow: { seconds: 0n, nanos: 1e8 } }),
  );
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
  request.end(body());
  await once(request, "response");
  return async () => (await connections()) === 0;
}

/** Opens a stream over HTTP/2 and reads nothing of it. */
async function stallHttp2({ url }: TestService, headers: Record<string, string>): Promise<IsEnded> {
  const session = http2Connect(url);
  onTestFinished(() => session.destroy());
  const stream = session.request({ ":method": "POST", ":path": path, ...headers });
  stream.on("error", () => {});
  stream.end(body());
  await once(stream, "response");
  return async () => await Promise.resolve(stream.closed);
}

describe.each([
  ["1.1", stallHttp1],
  ["2", stallHttp2],
] as const)("a caller that does not read, over HTTP/%s", (httpVersion, stall) => {
  it.each([
    ["its own deadline", { "connect-timeout-ms": "300" }, {}],
    ["the longest time of a stream", {}, { maxStreamTime: 300 }],
  ])("issue 11.18: gives its slot back after %s", async (_name, timeout, bounds) => {
    const wire = { protocol: "connect", httpVersion } as const;
    const service = await serve({ streamRunEvents: openEndless }, wire, bounds);
    const headers = { "content-type": "application/connect+proto", ...timeout };
    const isEnded = await stall(service, headers);
    await expect.poll(() => service.server.streams, { timeout: 3000 }).toBe(0);
    await expect.poll(isEnded, { timeout: 3000 }).toBe(true);
  });
});
