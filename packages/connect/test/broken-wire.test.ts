import { once } from "node:events";
import { createServer as createHttp1, type ServerResponse } from "node:http";
import { constants, createServer as createHttp2, type ServerHttp2Session } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { RunStepService, StreamRunEventsResponseSchema } from "@stepwire/core";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  createNodeHandler,
  createServiceServer,
  createSource,
  createTransport,
  type NumberedEvent,
  OpenAIHttpError,
  ServiceClient,
} from "../src/index.js";
import { all, event, rpcs, start } from "./support/server.js";

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server on a port has an address of this kind.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Content = MessageInitShape<typeof StreamRunEventsResponseSchema>;

/** A response of Connect's streams, within its envelope. */
function envelope(response: Content, flags = 0): Buffer {
  const message = toBinary(
    StreamRunEventsResponseSchema,
    create(StreamRunEventsResponseSchema, response),
  );
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flags);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

const opening = envelope({ content: { case: "opening", value: { streamId: "s" } } });

/** A backend that breaks after what it sends at each call, and counts its calls. */
async function startBreaking(
  answer: (call: number) => Buffer,
  finish: (response: ServerResponse) => void = (response) => response.destroy(),
): Promise<{ client: ServiceClient; calls: () => number }> {
  let calls = 0;
  const server = createHttp1((request, response) => {
    if (request.url?.endsWith("CloseRunEvents") === true) {
      response.writeHead(200, { "content-type": "application/proto" }).end();
      return;
    }
    calls++;
    response.writeHead(200, { "content-type": "application/connect+proto" });
    request.resume().on("end", () => response.write(answer(calls), () => finish(response)));
  });
  const baseUrl = await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const transport = createTransport({ baseUrl, httpVersion: "1.1" });
  return { client: new ServiceClient(transport), calls: () => calls };
}

async function failureOf(events: AsyncIterable<NumberedEvent>): Promise<ConnectError> {
  const reason: unknown = await all(events).then(
    () => "no failure",
    (error: unknown) => error,
  );
  return ConnectError.from(reason);
}

describe("a backend that breaks after each opening", () => {
  it("issue 11.20: is called with growing pauses, and a bounded number of times", async () => {
    const { client, calls } = await startBreaking(() => opening);
    const options = { resumeWindow: 60_000, maxResumeAttempts: 5 };
    const error = await failureOf(await client.open(rpcs.streamRunEvents, { start }, options));
    expect(error.code).toBe(Code.DataLoss);
    expect(calls()).toBe(1 + 5);
  });

  it("issue 11.20: is given up when the window is over", async () => {
    const { client, calls } = await startBreaking(() => opening);
    const error = await failureOf(
      await client.open(rpcs.streamRunEvents, { start }, { resumeWindow: 600 }),
    );
    expect(error.code).toBe(Code.DataLoss);
    // At once, and after 50, 100, 200 and 400 ms or half of that.
    expect(calls()).toBeLessThanOrEqual(8);
  });

  it("issue 11.20: a frame with the compressed flag likewise", async () => {
    const compressed = envelope({ number: 1 }, 1);
    const { client, calls } = await startBreaking(() => Buffer.concat([opening, compressed]));
    const options = { resumeWindow: 60_000, maxResumeAttempts: 3 };
    const error = await failureOf(await client.open(rpcs.streamRunEvents, { start }, options));
    expect(error.code).toBe(Code.DataLoss);
    expect(calls()).toBeLessThanOrEqual(1 + 3);
  });

  it("issue 11.20: an event each time is progress, and ends with the stream's time", async () => {
    const { client, calls } = await startBreaking((call) =>
      Buffer.concat([opening, eventEnvelope(call)]),
    );
    const options = { resumeWindow: 60_000, maxResumeAttempts: 2, timeoutMs: 1000 };
    const error = await failureOf(await client.open(rpcs.streamRunEvents, { start }, options));
    expect(error.code).toBe(Code.DeadlineExceeded);
    expect(calls()).toBeGreaterThan(1 + 2);
    expect(calls()).toBeLessThanOrEqual(10);
  });
});

/** A response with an event of this number, within its envelope. */
function eventEnvelope(number: number): Buffer {
  const value = { event: { case: "other", value: { event: "test" } } } as const;
  return envelope({ number, content: { case: "event", value } });
}

describe("a stream whose response ends regularly, but without its last message", () => {
  it("issue 11.15: has broken: it is resumed, and then ends with an error", async () => {
    const { client, calls } = await startBreaking(
      (call) => Buffer.concat([opening, ...(call === 1 ? [eventEnvelope(1)] : [])]),
      (response) => response.end(),
    );
    const options = { resumeWindow: 60_000, maxResumeAttempts: 2 };
    const numbers: number[] = [];
    const read = async (): Promise<void> => {
      for await (const { number } of await client.open(rpcs.streamRunEvents, { start }, options)) {
        numbers.push(number);
      }
    };
    await expect(read()).rejects.toMatchObject({ code: Code.DataLoss });
    expect(numbers).toEqual([1]);
    expect(calls()).toBe(1 + 2);
  });
});

async function* oneEvent(): AsyncGenerator<Uint8Array, void> {
  yield await Promise.resolve(event(1));
}

describe("an HTTP/2 connection that the server ends", () => {
  type Refusal = (session: ServerHttp2Session, streamId: number) => void;

  /** A server that refuses the second call of its first connection. */
  async function startRefusing(
    refuse: Refusal | "reset",
  ): Promise<{ client: ServiceClient; opened: () => number; calls: () => number }> {
    let opened = 0;
    let calls = 0;
    const source = createSource(RunStepService, {
      getRunStep: async () => await Promise.resolve({ content: new Uint8Array() }),
      listRunSteps: async () => await Promise.resolve({ content: new Uint8Array() }),
      streamRunEvents: async () => {
        opened++;
        return await Promise.resolve({ events: oneEvent() });
      },
    });
    const { handlers } = createServiceServer(RunStepService, source);
    const handler = createNodeHandler(handlers);
    const server = createHttp2((request, response) => {
      calls++;
      const { session, id } = request.stream;
      if (calls !== 2 || session === undefined || id === undefined) {
        handler(request, response);
      } else if (refuse === "reset") {
        request.stream.close(constants.NGHTTP2_REFUSED_STREAM);
      } else {
        refuse(session as ServerHttp2Session, id);
      }
    });
    const sessions = new Set<ServerHttp2Session>();
    server.on("session", (session) => sessions.add(session));
    server.on("sessionError", () => {});
    const baseUrl = await listen(server);
    onTestFinished(() => {
      for (const session of sessions) {
        session.destroy();
      }
      server.close();
    });
    const client = new ServiceClient(createTransport({ baseUrl }));
    await client.call(rpcs.getRunStep, {});
    return { client, opened: () => opened, calls: () => calls };
  }

  const { NGHTTP2_ENHANCE_YOUR_CALM: CALM, NGHTTP2_NO_ERROR: NO_ERROR } = constants;
  const refusals: [string, Refusal | "reset"][] = [
    ["a GOAWAY with an error", (session, id) => session.goaway(CALM, id - 2)],
    ["a GOAWAY without an error", (session, id) => session.goaway(NO_ERROR, id - 2)],
    ["REFUSED_STREAM", "reset"],
  ];

  it.each(refusals)("issue 11.8: with %s: a refused stream is opened again", async (_, refuse) => {
    const { client, opened } = await startRefusing(refuse);
    expect(await all(await client.open(rpcs.streamRunEvents, { start }))).toHaveLength(1);
    expect(opened()).toBe(1);
  });

  it.each(refusals)("issue 11.8: with %s: a refused document is asked again", async (_, refuse) => {
    const { client, calls } = await startRefusing(refuse);
    expect((await client.call(rpcs.getRunStep, {})).bytes).toHaveLength(0);
    expect(calls()).toBe(3);
  });

  it("issue 11.8: what may have been processed is not repeated: 503 with retry-after", async () => {
    const { client, calls } = await startRefusing((session, id) => session.goaway(CALM, id));
    const reason: unknown = await client
      .open(rpcs.streamRunEvents, { start })
      .catch((error: unknown) => error);
    expect(OpenAIHttpError.from(reason)).toMatchObject({
      status: 503,
      headers: [
        ["content-type", "application/json"],
        ["retry-after", "1"],
      ],
    });
    expect(calls()).toBe(2);
  });
});
