import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { FrontDoor } from "../../../examples/durable-streams/front-door.ts";
import { startGateway } from "../../../packages/testing/src/suite/program.ts";
import { root } from "../../library/command.ts";
import type { Project } from "../packages/support/project.ts";
import { Terminals } from "../support/terminal.ts";
import { type DurableClient, type DurableServer, loadDurableStreams } from "./durable-packages.ts";
import { sseEvents } from "./events.ts";
import { installExample } from "./programs.ts";

/** The packages are loaded first. */
const timeout = 300_000;
const events = sseEvents(readFileSync(join(root, "apps/gateway/samples/bakery.sse"), "utf8"));
const authorization = "Bearer mine";

let durable: DurableClient & DurableServer;

beforeAll(async () => {
  durable = await loadDurableStreams();
}, timeout);

async function collect(stream: ReadableStream<unknown>): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for await (const each of stream) {
    all.push(each);
  }
  return all;
}

describe("the example for Durable Streams", { timeout }, () => {
  let project: Project;

  beforeAll(async () => {
    project = await installExample("durable-streams");
  }, timeout);

  afterAll(() => project?.remove(), timeout);

  /** Starts a run, and returns the address of its stream. */
  async function startRun(pace: string): Promise<string> {
    const ingress = await startGateway(["ingress", "--port", "0", "--replay-pace", pace]);
    const terminals = new Terminals(project.folder, project.environment);
    onTestFinished(() => terminals.close());
    const server = terminals.serve(`"${process.execPath}" serve.ts ${ingress.url} 0`);
    await expect.poll(() => server.printed(), { timeout: 60_000 }).toMatch(/^http.*\n/);
    const url = server.printed().trim();
    const response = await fetch(`${url}/streams?thread=thread_sample_3`, {
      method: "POST",
      headers: { authorization },
      body: JSON.stringify({ assistant_id: "asst_sample_bakery", stream: true }),
    });
    expect(response.status).toBe(201);
    return url + response.headers.get("location");
  }

  it("issue 19: their client reads a run to its end, in each live mode", async () => {
    const url = await startRun("10ms");
    const modes = [true, "long-poll", "sse"] as const;
    const read = modes.map(async (live) => {
      const opened = await durable.stream({ url, live, headers: { authorization } });
      return collect(opened.jsonStream());
    });
    for (const received of await Promise.all(read)) {
      expect(received).toEqual(events);
    }
    const head = await fetch(url, { method: "HEAD", headers: { authorization } });
    expect(head.headers.get("stream-closed")).toBe("true");
    const complete = await durable.stream({ url, live: false, headers: { authorization } });
    expect(await collect(complete.jsonStream())).toEqual(events);
  });

  it("issue 19: a reader that comes back gets the rest", async () => {
    const url = await startRun("20ms");
    let offset = "-1";
    const received: unknown[] = [];
    while (received.length < 10) {
      const part = await durable.stream({ url, offset, live: false, headers: { authorization } });
      received.push(...(await collect(part.jsonStream())));
      offset = part.offset;
      await delay(50);
    }
    const rest = await durable.stream({ url, offset, live: "sse", headers: { authorization } });
    received.push(...(await collect(rest.jsonStream())));
    expect(received).toEqual(events);
  });

  it("issue 19: a stream does not exist for other callers, and cannot be written", async () => {
    const url = await startRun("0ms");
    for (const headers of [{}, { authorization: "Bearer other" }]) {
      expect((await fetch(url, { headers })).status).toBe(404);
    }
    for (const method of ["PUT", "POST", "DELETE"]) {
      const { status } = await fetch(url, { method, headers: { authorization }, body: "[1]" });
      expect(status).toBe(405);
    }
  });
});

describe("the front door and their reference server", { timeout }, () => {
  const messages = ['{"n":1}', '{"n":2,"text":"größer\\n"}', "[[3]]"];

  /** Returns a function for each server that reads the same stream. */
  async function serve(
    isClosed: boolean,
  ): Promise<readonly ((query: string) => Promise<Response>)[]> {
    const longPollTimeout = 300;
    const server = new durable.DurableStreamTestServer({ port: 0, longPollTimeout });
    const url = `${await server.start()}/stream`;
    onTestFinished(() => server.stop());
    const json = { "content-type": "application/json" };
    await fetch(url, { method: "PUT", headers: json });
    for (const message of messages) {
      await fetch(url, { method: "POST", headers: json, body: `[${message}]` });
    }
    if (isClosed) {
      await fetch(url, { method: "POST", headers: { "stream-closed": "true" } });
    }
    const door = new FrontDoor({ longPollTimeout });
    const path = await openFilled(door, isClosed);
    return [
      (query) => fetch(url + query),
      async (query) => door.fetch(new Request(`http://door${path}${query}`)),
    ];
  }

  /** Opens a stream with all messages, and waits until it has them. */
  async function openFilled(door: FrontDoor, isClosed: boolean): Promise<string> {
    const path = door.open(source(isClosed), null);
    const head = new Request(`http://door${path}`, { method: "HEAD" });
    await expect
      .poll(async () => {
        const { headers } = await door.fetch(head);
        return [Number(headers.get("stream-next-offset")), headers.has("stream-closed")];
      })
      .toEqual([messages.length, isClosed]);
    return path;
  }

  async function* source(isClosed: boolean): AsyncGenerator<string> {
    yield* messages;
    if (!isClosed) {
      await new Promise(() => {});
    }
  }

  /** What an answer means, without the offsets, which each server chooses. */
  async function meaning(response: Response): Promise<unknown> {
    const { status, headers } = response;
    const text = status === 200 ? await response.text() : "";
    return {
      status,
      upToDate: headers.get("stream-up-to-date"),
      closed: headers.get("stream-closed"),
      hasCursor: headers.has("stream-cursor"),
      hasOffset: headers.has("stream-next-offset"),
      type: status === 200 ? headers.get("content-type") : undefined,
      sniff: headers.get("x-content-type-options"),
      messages: text === "" ? [] : (JSON.parse(text) as unknown),
    };
  }

  it.each([false, true])("issue 19: give the same answers; closed: %s", async (isClosed) => {
    const servers = await serve(isClosed);
    const fixed = [
      "",
      "?offset=-1",
      "?offset=now",
      "?offset=",
      "?offset=x",
      "?offset=../1",
      "?offset=-1&offset=-1",
      "?live=long-poll",
      "?live=sse",
      "?live=long-poll&offset=-1",
      "?live=long-poll&offset=now",
    ];
    for (const query of fixed) {
      const [theirs, ours] = await Promise.all(
        servers.map(async (read) => meaning(await read(query))),
      );
      expect(ours, query).toEqual(theirs);
    }
    // At the end, by the offset that each has given.
    const atEnd = servers.map(async (read) => {
      const offset = (await read("?offset=-1")).headers.get("stream-next-offset");
      const etag = (await read(`?offset=${offset}`)).headers.get("etag");
      const long = await meaning(await read(`?offset=${offset}&live=long-poll`));
      return { etag: typeof etag, long, rest: await meaning(await read(`?offset=${offset}`)) };
    });
    const [theirs, ours] = await Promise.all(atEnd);
    expect(ours).toEqual(theirs);
  });

  it("issue 19: an answer that a cache has is not sent again", async () => {
    const door = new FrontDoor();
    const url = `http://door${await openFilled(door, true)}`;
    const closed = await door.fetch(new Request(url));
    const headers = { "if-none-match": closed.headers.get("etag") ?? "" };
    expect((await door.fetch(new Request(url, { headers }))).status).toBe(304);
    const open = await door.fetch(new Request(`http://door${await openFilled(door, false)}`));
    const [, , state = ""] = (open.headers.get("etag") ?? "").split(":");
    // The end of a stream changes the tag, even without a further event.
    expect(closed.headers.get("etag")).toMatch(new RegExp(`:${state.slice(0, -1)}:c"$`));
  });

  it("issue 19: a large stream comes in parts", async () => {
    const door = new FrontDoor({ maxPart: 10 });
    const url = `http://door${await openFilled(door, true)}`;
    const parts: unknown[] = [];
    for (let offset = "-1", isClosed = false; !isClosed; ) {
      const response = await door.fetch(new Request(`${url}?offset=${offset}`));
      const part = (await response.json()) as readonly unknown[];
      expect(part).toHaveLength(1);
      parts.push(...part);
      offset = response.headers.get("stream-next-offset") ?? "";
      isClosed = response.headers.has("stream-closed");
    }
    expect(parts).toEqual(messages.map((text): unknown => JSON.parse(text)));
  });

  it("issue 19: a stream that nobody reads is removed", async () => {
    const door = new FrontDoor({ timeToLive: 50 });
    const url = `http://door${door.open(source(true), null)}`;
    expect((await door.fetch(new Request(url, { method: "HEAD" }))).status).toBe(200);
    await expect
      .poll(async () => (await door.fetch(new Request(url, { method: "HEAD" }))).status)
      .toBe(404);
  });

  it("issue 19: a source that fails ends with an event that says so", async () => {
    const door = new FrontDoor();
    const failing = async function* (): AsyncGenerator<string> {
      yield "1";
      await delay(1);
      throw new Error("the ingress is gone");
    };
    const url = `http://door${door.open(failing(), null)}?offset=now&live=sse`;
    const text = await (await door.fetch(new Request(url))).text();
    expect(text).toContain('{"event":"error","data":{"message":"the ingress is gone"}}');
    expect(text).toContain('"streamClosed":true');
  });
});
