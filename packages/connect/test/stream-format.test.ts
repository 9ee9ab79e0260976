import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as sendRequest,
} from "node:http";
import type { AddressInfo } from "node:net";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { StreamEventSchema, StreamRunEventsRequestSchema } from "@stepwire/core";
import { readEventStream, StreamWriter } from "@stepwire/wire";
import { readCompressedStream } from "@stepwire/wire/compressed";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  createTransport,
  type EventGroup,
  type NumberedEvent,
  OpenAIHttpError,
  type OpenedStream,
  ServiceClient,
} from "../src/index.js";
import { PushedSource } from "./support/pushed-source.js";
import { all, event, rpcs, serve, start } from "./support/server.js";

const wire = { protocol: "stream", httpVersion: "1.1" } as const;
const PATH = "/stepwire.v1.RunStepService/StreamRunEvents";
const MEDIA_TYPE = "application/vnd.stepwire.stream";
const resumeWindow = { seconds: 20n, nanos: 0 };

function requestBody(
  init: MessageInitShape<typeof StreamRunEventsRequestSchema> = { start },
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    toBinary(StreamRunEventsRequestSchema, create(StreamRunEventsRequestSchema, init)),
  );
}

async function post(
  url: string,
  headers: Record<string, string> = {},
  body: Uint8Array<ArrayBuffer> = requestBody(),
): Promise<Response> {
  return await fetch(url + PATH, {
    method: "POST",
    headers: { "content-type": "application/proto", accept: MEDIA_TYPE, ...headers },
    body,
  });
}

async function read(chunks: AsyncIterable<Uint8Array>): Promise<{ number: number }[]> {
  return (await all(readEventStream(chunks))).flat();
}

function bodyOf(response: Response): AsyncIterable<Uint8Array> {
  if (response.body === null) {
    throw new Error("no body");
  }
  return response.body;
}

/** Events that came together, in groups. */
async function inGroups(...groups: EventGroup[]): Promise<OpenedStream> {
  async function* events(): AsyncGenerator<EventGroup, void> {
    for (const group of groups) {
      yield await Promise.resolve(group);
    }
  }
  return await Promise.resolve({ events: events(), headers: [["x-request-id", "req_1"]] });
}

const numbers = (count: number, first = 1): number[] =>
  Array.from({ length: count }, (_, index) => index + first);

const group = (count: number, first = 1, size = 10): Uint8Array[] =>
  numbers(count, first).map((number) => event(number, size));

describe("a stream in the stream format over HTTP", () => {
  it("has its metadata in headers, and its events in the body", async () => {
    const streamRunEvents = async (): Promise<OpenedStream> => ({
      ...(await inGroups(group(3), group(2, 4))),
      status: 201,
    });
    const { url } = await serve({ streamRunEvents }, wire);
    const response = await post(url, {}, requestBody({ start, resumeWindow }));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(MEDIA_TYPE);
    expect(response.headers.get("x-request-id")).toBe("req_1");
    expect(response.headers.get("stepwire-status")).toBe("201");
    expect(response.headers.get("stepwire-stream-id")).toMatch(/^[-0-9a-f]{36}$/);
    const events = await read(bodyOf(response));
    expect(events.map(({ number }) => number)).toEqual(numbers(5));
  });

  it("has no identifier unless it can be resumed", async () => {
    const { url } = await serve({ streamRunEvents: () => inGroups(group(1)) }, wire);
    const response = await post(url);
    expect(response.headers.get("stepwire-stream-id")).toBeNull();
    await response.arrayBuffer();
  });

  it("brings events that came together in one piece, before the next ones are there", async () => {
    let release = (): void => {};
    const streamRunEvents = async (): Promise<OpenedStream> => {
      async function* events(): AsyncGenerator<EventGroup, void> {
        yield group(50);
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        yield group(1, 51);
      }
      return await Promise.resolve({ events: events() });
    };
    const { client } = await serve({ streamRunEvents }, wire);
    const blocks = (await client.open(rpcs.streamRunEvents, { start })).blocks();
    const iterator = blocks[Symbol.asyncIterator]();
    const first = await iterator.next();
    expect(first.value).toHaveLength(50);
    release();
    const second = await iterator.next();
    expect(second.value).toMatchObject([{ number: 51 }]);
    expect((await iterator.next()).done).toBe(true);
  });

  it("is resumed behind any number, also in the middle of a group", async () => {
    const { url } = await serve(
      { streamRunEvents: () => inGroups(group(40), group(20, 41)) },
      wire,
    );
    const opened = await post(url, {}, requestBody({ start, resumeWindow }));
    const streamId = opened.headers.get("stepwire-stream-id") ?? "";
    expect(await read(bodyOf(opened))).toHaveLength(60);
    for (const after of [0, 1, 39, 40, 41, 60]) {
      const value = { streamId, after };
      const request = requestBody({ start: { case: "resume", value }, resumeWindow });
      const rest = await read(bodyOf(await post(url, {}, request)));
      expect(rest.map(({ number }) => number)).toEqual(numbers(60 - after, after + 1));
    }
    const request = requestBody({ start: { case: "resume", value: { streamId, after: 61 } } });
    await expect(read(bodyOf(await post(url, {}, request)))).rejects.toMatchObject({
      name: "StreamFailure",
    });
  });

  it("is read whole although a group is larger than what is held for resuming", async () => {
    const groups = [group(100, 1, 1000), group(100, 101, 1000)];
    const { client } = await serve({ streamRunEvents: () => inGroups(...groups) }, wire, {
      maxResumeBytes: 1000,
    });
    for (const resumable of [0, 5000]) {
      const options = { resumeWindow: resumable };
      const events = await all(await client.open(rpcs.streamRunEvents, { start }, options));
      expect(events.map(({ number }) => number)).toEqual(numbers(200));
    }
  });

  it.each(["gzip", "zstd"] as const)("is compressed as a whole with %s", async (encoding) => {
    const source = new PushedSource();
    const { url } = await serve(source, wire, { compression: true });
    source.push(200, { end: true, size: 300 });
    // `fetch` would decompress it.
    const request = sendRequest(url + PATH, {
      method: "POST",
      headers: {
        "content-type": "application/proto",
        accept: MEDIA_TYPE,
        "accept-encoding": encoding,
      },
    });
    request.end(requestBody());
    const [response] = (await once(request, "response")) as [IncomingMessage];
    expect(response.headers["content-encoding"]).toBe(encoding);
    let size = 0;
    const counted = async function* (): AsyncGenerator<Uint8Array, void> {
      for await (const chunk of response) {
        const bytes = chunk as Uint8Array;
        size += bytes.length;
        yield bytes;
      }
    };
    const events = (await all(readCompressedStream(counted(), { encoding }))).flat();
    expect(events.map(({ number }) => number)).toEqual(numbers(200));
    expect(size).toBeLessThan(200 * 100);
  });

  it("is not compressed unless both sides want it", async () => {
    for (const [compression, accepted] of [
      [false, "zstd, gzip"],
      [true, "identity"],
      [true, "zstd;q=0, br"],
    ] as const) {
      const { url } = await serve({ streamRunEvents: () => inGroups(group(1)) }, wire, {
        compression,
      });
      const response = await post(url, { "accept-encoding": accepted });
      expect(response.headers.get("content-encoding")).toBeNull();
      await response.arrayBuffer();
    }
  });

  it.each(["1.1", "2"] as const)(
    "is compressed for a client that wants it, HTTP/%s",
    async (httpVersion) => {
      const source = new PushedSource();
      const { url } = await serve(
        source,
        { protocol: "stream", httpVersion },
        { compression: true },
      );
      const transport = createTransport({
        baseUrl: url,
        protocol: "stream",
        httpVersion,
        compression: true,
      });
      const opened = await new ServiceClient(transport).open(rpcs.streamRunEvents, { start });
      const iterator = opened[Symbol.asyncIterator]();
      source.push(1);
      // Nothing waits for more.
      expect((await iterator.next()).value).toMatchObject({ number: 1 });
      source.push(2, { end: true });
      expect((await iterator.next()).value).toMatchObject({ number: 2 });
      expect((await iterator.next()).value).toMatchObject({ number: 3 });
      expect((await iterator.next()).done).toBe(true);
    },
  );

  it("ends with a record that has the error, behind the events before it", async () => {
    const streamRunEvents = async (): Promise<OpenedStream> => {
      async function* events(): AsyncGenerator<EventGroup, void> {
        yield await Promise.resolve(group(3));
        throw OpenAIHttpError.create(502, { message: "It broke.", code: "broke" });
      }
      return await Promise.resolve({ events: events() });
    };
    const { client } = await serve({ streamRunEvents }, wire);
    const seen: NumberedEvent[] = [];
    const reason = await (async () => {
      for await (const each of await client.open(rpcs.streamRunEvents, { start })) {
        seen.push(each);
      }
      return undefined;
    })().catch((error: unknown) => error);
    expect(seen).toHaveLength(3);
    const error = OpenAIHttpError.from(reason);
    expect([error.status, Buffer.from(error.body).toString()]).toEqual([
      502,
      expect.stringContaining('"code":"broke"'),
    ]);
  });
});

describe("a request for the stream format", () => {
  it.each([
    ["accepts something else", { accept: "text/event-stream" }, 406, "not_acceptable"],
    ["refuses it", { accept: `${MEDIA_TYPE};q=0` }, 406, "not_acceptable"],
    [
      "accepts a newer version only",
      { accept: `${MEDIA_TYPE}; version=2` },
      406,
      "unsupported_version",
    ],
    ["is JSON", { "content-type": "application/json" }, 415, "unsupported_media_type"],
    ["is compressed", { "content-encoding": "gzip" }, 415, "unsupported_content_encoding"],
    ["is too large", { "x-size": "large" }, 413, "request_too_large"],
    ["is no message", { "x-size": "none" }, 400, "malformed_request"],
  ] as const)("that %s is refused", async (_name, headers, status, code) => {
    let opened = 0;
    const streamRunEvents = (): Promise<OpenedStream> => {
      opened++;
      return inGroups(group(1));
    };
    const { url } = await serve({ streamRunEvents }, wire, { maxMessageBytes: 1000 });
    const bodies: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
      large: new Uint8Array(2000),
      none: new Uint8Array([0xff, 0xff]),
    };
    const body = "x-size" in headers ? bodies[headers["x-size"]] : undefined;
    const response = await post(url, headers, body);
    expect(response.status).toBe(status);
    expect(response.headers.get("stepwire-error")).toMatch(/^[a-z_]+ answer$/);
    expect(await response.json()).toMatchObject({ error: { code } });
    expect(opened).toBe(0);
  });

  it.each([
    `text/html, ${MEDIA_TYPE};version=2, ${MEDIA_TYPE};version=1;q=0.5`,
    "*/*",
    "application/*",
  ])("that accepts %s is served", async (accept) => {
    const { url } = await serve({ streamRunEvents: () => inGroups(group(1)) }, wire);
    expect(await read(bodyOf(await post(url, { accept })))).toHaveLength(1);
  });

  it("with another method is refused", async () => {
    const { url } = await serve({ streamRunEvents: () => inGroups(group(1)) }, wire);
    const response = await fetch(url + PATH, { headers: { accept: MEDIA_TYPE } });
    expect(response.status).toBe(405);
    expect(await response.json()).toMatchObject({ error: { code: "method_not_allowed" } });
  });

  it("to a stream of another caller is refused", async () => {
    const { url } = await serve({ streamRunEvents: () => inGroups(group(1)) }, wire);
    const mine = { authorization: "Bearer mine" };
    const opened = await post(url, mine, requestBody({ start, resumeWindow }));
    const streamId = opened.headers.get("stepwire-stream-id") ?? "";
    const request = requestBody({ start: { case: "resume", value: { streamId, after: 0 } } });
    const other = await post(url, { authorization: "Bearer other" }, request);
    expect([other.status, other.headers.get("stepwire-error")]).toEqual([404, "not_found"]);
    expect(await read(bodyOf(await post(url, mine, request)))).toHaveLength(1);
  });
});

/** A server of another kind, or of another version. */
async function startOther(
  answer: (response: ServerResponse, call: number) => void,
): Promise<{ url: string; calls: () => number }> {
  let calls = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => answer(response, ++calls));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, calls: () => calls };
}

function clientOf(baseUrl: string, onFallback?: (error: Error) => void): ServiceClient {
  return new ServiceClient(
    createTransport({ baseUrl, ...wire, ...(onFallback && { onFallback }) }),
  );
}

const caught = (promise: Promise<unknown>): Promise<ConnectError> =>
  promise.then(
    () => new ConnectError("nothing was thrown"),
    (reason: unknown) => ConnectError.from(reason),
  );

describe("a client of the stream format", () => {
  it.each([404, 406, 415])(
    "reports a service that answers %i, without another way",
    async (status) => {
      const { url } = await startOther((response) => response.writeHead(status).end());
      const error = await caught(clientOf(url).open(rpcs.streamRunEvents, { start }));
      expect(error.message).toContain("does not serve the stream format");
      expect(error.message).toContain(String(status));
    },
  );

  it("reads over Connect from a service that has no stream format, and says so once", async () => {
    const service = await serve({ streamRunEvents: () => inGroups(group(2), group(1, 3)) }, wire);
    // An earlier version of the handler knows only the content types of Connect and gRPC.
    const older = createServer((request, response) => {
      if (request.headers["content-type"] === "application/proto" && request.url === PATH) {
        response.writeHead(415).end();
        return;
      }
      const options = { method: "POST", headers: request.headers };
      const outgoing = sendRequest(new URL(request.url ?? "", service.url), options, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      request.pipe(outgoing);
    });
    older.listen(0, "127.0.0.1");
    await once(older, "listening");
    onTestFinished(() => {
      older.closeAllConnections();
      older.close();
    });
    // A server on a port has an address of this kind.
    const { port } = older.address() as AddressInfo;
    const reports: Error[] = [];
    const client = clientOf(`http://127.0.0.1:${port}`, (error) => reports.push(error));
    for (let count = 0; count < 3; count++) {
      const events = await all(await client.open(rpcs.streamRunEvents, { start }));
      expect(events.map(({ number }) => number)).toEqual(numbers(3));
    }
    expect(reports.map(({ message }) => message)).toEqual([expect.stringContaining("415")]);
  });

  const headers = { "content-type": MEDIA_TYPE };

  it("refuses a stream of a newer version, and does not ask again", async () => {
    const { url, calls } = await startOther((response) =>
      response.writeHead(200, headers).end(Buffer.from([0x89, 0x53, 0x57, 2, 1, 0, 0])),
    );
    const events = await clientOf(url).open(rpcs.streamRunEvents, { start });
    const error = await caught(all(events));
    expect(error.code).toBe(Code.DataLoss);
    expect(error.message).toContain("newer_version");
    expect(calls()).toBe(1);
  });

  it.each([
    ["another content type", { "content-type": "text/plain" }],
    ["an unknown encoding", { ...headers, "content-encoding": "br" }],
  ])("refuses an answer with %s", async (_name, answered) => {
    const { url } = await startOther((response) => response.writeHead(200, answered).end("x"));
    const error = await caught(clientOf(url).open(rpcs.streamRunEvents, { start }));
    expect(error.code).not.toBe(Code.DataLoss);
  });

  it("refuses numbers that do not follow each other", async () => {
    const { url } = await startOther((response) => {
      const writer = new StreamWriter(StreamEventSchema);
      response.writeHead(200, headers);
      response.write(writer.write(group(2)));
      response.write(writer.write(group(1), 5));
      response.end(writer.end());
    });
    const events = await clientOf(url).open(rpcs.streamRunEvents, { start });
    expect((await caught(all(events))).message).toContain("event 5 where 3 was due");
  });

  it.each([
    ["is cut off", (response: ServerResponse) => response.end()],
    ["breaks", (response: ServerResponse) => response.destroy()],
  ])("resumes a stream that %s, at any byte", async (_name, finish) => {
    const whole = new StreamWriter(StreamEventSchema);
    const bytes = Buffer.concat([whole.write(group(6)), whole.end()]);
    for (let cut = 4; cut < bytes.length; cut += 7) {
      const asked: number[] = [];
      const { url } = await startOther((response, call) => {
        if (call > 2) {
          response.writeHead(200, { "content-type": "application/proto" }).end();
          return;
        }
        response.writeHead(200, { ...headers, "stepwire-stream-id": "s" });
        if (call === 1) {
          response.write(bytes.subarray(0, cut), () => setTimeout(() => finish(response), 5));
        } else {
          const after = asked.at(-1) ?? 0;
          const rest = new StreamWriter(StreamEventSchema, { firstNumber: after + 1 });
          response.end(Buffer.concat([rest.write(group(6 - after, after + 1)), rest.end()]));
        }
      });
      const options = { resumeWindow: 5000, onResume: (after: number) => asked.push(after) };
      const events = await all(await clientOf(url).open(rpcs.streamRunEvents, { start }, options));
      expect(events.map(({ number }) => number)).toEqual(numbers(6));
      expect(asked).toHaveLength(1);
    }
  });

  it("reports a stream that is cut off and cannot be resumed", async () => {
    const writer = new StreamWriter(StreamEventSchema);
    const bytes = writer.write(group(2));
    const { url } = await startOther((response) => response.writeHead(200, headers).end(bytes));
    const events = await clientOf(url).open(rpcs.streamRunEvents, { start });
    expect((await caught(all(events))).code).toBe(Code.Unavailable);
  });

  it.each(["1.1", "2"] as const)(
    "ends a stream at its source when it leaves, even while it waits, HTTP/%s",
    async (httpVersion) => {
      const source = new PushedSource();
      const { client, server } = await serve(source, { protocol: "stream", httpVersion });
      const opened = await client.open(rpcs.streamRunEvents, { start });
      source.push(2);
      for await (const { number } of opened) {
        if (number === 2) {
          break;
        }
      }
      await expect.poll(() => source.aborted).toBe(true);
      expect(server.streams).toBe(0);
    },
  );

  it("learns that a stream broke when its server shuts down", async () => {
    const shutdown = new AbortController();
    const source = new PushedSource();
    const { client } = await serve(source, wire, { shutdownSignal: shutdown.signal });
    const opened = await client.open(rpcs.streamRunEvents, { start });
    const reading = caught(all(opened));
    source.push(1);
    shutdown.abort(new ConnectError("the server is shutting down", Code.Unavailable));
    expect((await reading).code).toBe(Code.Unavailable);
  });
});
