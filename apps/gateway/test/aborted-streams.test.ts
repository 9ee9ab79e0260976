import { once } from "node:events";
import { type ClientHttp2Session, connect, constants } from "node:http2";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { create, toBinary } from "@bufbuild/protobuf";
import { StreamRunEventsRequestSchema } from "@stepwire/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { startChain } from "./support/chain.js";
import {
  firstEvents,
  rawEvents,
  retrieveStep,
  sampleStream,
  writtenAnew,
} from "./support/collect.js";
import { readRun } from "./support/resuming-client.js";
import {
  sendJson,
  sendStream,
  startUpstream,
  streamHeaders,
  type TestUpstream,
} from "./support/upstream.js";

/*
 * With ABORT_TESTS=1, 3,000 streams are aborted on each way, and the heap is measured; that takes a
 * minute. Otherwise it is fewer.
 */
const isLong = process.env["ABORT_TESTS"] === "1";
const STREAMS = isLong ? 3000 : 40;
const ROUNDS = isLong ? 6 : 1;
const AT_ONCE = 20;
const TIME = isLong ? 300_000 : 30_000;
/** How much larger the heap may be after so many streams, in bytes. */
const HEAP_GROWTH = 4 * 1024 * 1024;

const PATH = "/stepwire.v1.RunStepService/ListRunSteps";

/** Begins a call and resets it at once, as an egress does whose client leaves. */
async function abort(session: ClientHttp2Session): Promise<void> {
  const stream = session.request({ ":method": "POST", ":path": PATH });
  stream.on("error", () => {});
  stream.close(constants.NGHTTP2_CANCEL);
  await once(stream, "close");
}

async function statusOf(session: ClientHttp2Session): Promise<unknown> {
  const stream = session.request({ ":path": "/healthz" });
  const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
  stream.resume();
  return headers[":status"];
}

describe("clients that leave at the first byte", () => {
  it("issue 11.8: do not end the connection of the others", async () => {
    const { ingress } = await startChain("http://127.0.0.1:9/v1");
    const session = connect(ingress.url);
    onTestFinished(() => session.destroy());
    let ended = false;
    session.on("goaway", () => {
      ended = true;
    });
    session.on("error", () => {});
    // Node's HTTP/2 bears 1,000 by default, and then 33 a second.
    for (let count = 0; count < 3000 && !ended; count += 100) {
      await Promise.all(Array.from({ length: 100 }, () => abort(session)));
    }
    expect(ended).toBe(false);
    expect(await statusOf(session)).toBe(200);
  });
});

const step = '{"id":"step_1","object":"thread.run.step"}';

/** An upstream whose streams do not end, except for those of the thread "whole". */
interface HeldUpstream extends TestUpstream {
  /** The number of its streams that are open. */
  open(): number;
}

async function startHeld(): Promise<HeldUpstream> {
  let open = 0;
  const upstream = await startUpstream(({ method, url }, response) => {
    if (method === "GET") {
      sendJson(response, step);
    } else if (url.includes("aborted")) {
      open++;
      response.on("close", () => {
        open--;
      });
      response.writeHead(200, streamHeaders);
      response.write(firstEvents[0]);
    } else {
      sendStream(response, sampleStream);
    }
  });
  return Object.assign(upstream, { open: () => open });
}

async function streamsOf(url: string): Promise<string | undefined> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return /^stepwire_gateway_streams.* (\d+)$/m.exec(text)?.[1];
}

/** Returns the size of the heap after a garbage collection, in bytes. */
function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

/** Aborts many streams, several at a time, while others do what must not fail. */
async function abortAll(
  abortOne: () => Promise<void>,
  others: () => Promise<void>,
  streams = STREAMS,
): Promise<void> {
  let started = 0;
  let isDone = false;
  const aborting = Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (started < streams) {
        started++;
        await abortOne();
      }
    }),
  ).finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await others();
    await delay(20);
  }
  await aborting;
}

describe.each(["1.1", "2"] as const)(
  "streams in the stream format that are aborted at their first byte, over HTTP/%s",
  (httpVersion) => {
    it("leave nothing behind, and no request of others fails", { timeout: TIME }, async () => {
      const upstream = await startHeld();
      const { ingress, egress, openai } = await startChain(upstream.url, {
        httpVersion,
        egress: { resumeWindow: 300, forgetDelay: 0 },
      });
      const abortOne = async (): Promise<void> => {
        const { status, events } = await readRun(egress.url, { threadId: "aborted", until: 1 });
        expect([status, events.length]).toEqual([200, 1]);
      };
      const others = async (): Promise<void> => {
        expect(await rawEvents(egress.url)).toBe(writtenAnew);
        expect(await retrieveStep(openai)).toMatchObject({ id: "step_1" });
      };
      const isIdle = async (): Promise<void> => {
        await expect.poll(() => upstream.open(), { timeout: 5000 }).toBe(0);
        await expect.poll(() => streamsOf(ingress.url), { timeout: 5000 }).toBe("0");
        expect(await streamsOf(egress.url)).toBe("0");
      };
      const heaps: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        await abortAll(abortOne, others, STREAMS / ROUNDS);
        await isIdle();
        upstream.seen.length = 0;
        if (isLong) {
          heaps.push(heapUsed());
        }
      }
      if (isLong) {
        console.log(
          `heap after each of ${ROUNDS} parts of ${STREAMS} streams: ${heaps.join(", ")}`,
        );
        expect((heaps.at(-1) ?? 0) - (heaps[0] ?? 0)).toBeLessThan(HEAP_GROWTH);
      }
    });
  },
);

describe("streams in the stream format on one HTTP/2 connection", () => {
  it("that are reset at their first byte do not end it", { timeout: TIME }, async () => {
    const upstream = await startHeld();
    const { ingress } = await startChain(upstream.url);
    const session = connect(ingress.url);
    onTestFinished(() => session.destroy());
    const ended: unknown[] = [];
    for (const event of ["goaway", "error", "close"]) {
      session.on(event, (reason: unknown) => ended.push([event, reason]));
    }
    const start = { case: "createRun", value: { threadId: "aborted", body: "{}" } } as const;
    const schema = StreamRunEventsRequestSchema;
    const body = toBinary(schema, create(schema, { start }));
    const abortOne = async (): Promise<void> => {
      const stream = session.request({
        ":method": "POST",
        ":path": "/stepwire.v1.RunStepService/StreamRunEvents",
        "content-type": "application/proto",
        accept: "application/vnd.stepwire.stream",
      });
      stream.on("error", () => {});
      stream.end(body);
      await once(stream, "data");
      stream.close(constants.NGHTTP2_CANCEL);
      await once(stream, "close");
    };
    await abortAll(abortOne, async () => {
      expect(await statusOf(session)).toBe(200);
    });
    expect(ended).toEqual([]);
    await expect.poll(() => upstream.open(), { timeout: 5000 }).toBe(0);
    await expect.poll(() => streamsOf(ingress.url), { timeout: 5000 }).toBe("0");
  });
});
