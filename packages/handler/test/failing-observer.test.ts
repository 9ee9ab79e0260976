import { OpenAIHttpError } from "@stepwire/connect/web";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { combineObservers, type Observer, type RequestObserver } from "../src/index.js";
import { json, openBakery } from "./support/service.js";
import { DOCUMENT, eventAnswer, openIngress, rpcs, sse, start } from "./support/upstream.js";

const fail = (): never => {
  throw new Error("the scribe fell asleep");
};

/** Rejects later, which ends a process of Node unless somebody listens. */
const failLater = async (): Promise<never> => await Promise.reject(new Error("too late"));

/** Observers of which one function fails. */
const observers: readonly [name: string, observer: Observer][] = [
  ["request", { request: fail }],
  ["operation", ofRequest({ operation: fail })],
  ["headers", ofRequest({ headers: fail })],
  ["events", ofRequest({ events: fail })],
  ["end", ofRequest({ end: fail })],
  ["end, later", ofRequest({ end: failLater })],
  ["its own report", { request: fail, failed: fail }],
  ["incident", { incident: fail }],
];

function ofRequest(observer: RequestObserver): Observer {
  return { request: () => observer };
}

function silence(): readonly unknown[][] {
  const reported = vi.spyOn(console, "error").mockImplementation(() => {});
  onTestFinished(() => reported.mockRestore());
  return reported.mock.calls;
}

describe.each(observers)("an observer that fails in %s", (_name, observer) => {
  it("does not change what an egress answers", async () => {
    silence();
    const { egress, ask, stream } = openBakery({
      observer,
      service: { maxResumeWindow: 5000 },
      upstream: () => new Response("loaf", { headers: { "stepwire-passed-through": "1" } }),
    });
    expect((await ask("/responses/r")).status).toBe(200);
    const first = await (await stream()).text();
    const id = /^id: (.*:1)$/m.exec(first)?.[1] ?? expect.unreachable("no identifier");
    const again = { "content-type": "application/json", "last-event-id": id };
    expect(await (await stream({ headers: again })).text()).toMatch(/ and[\s\S]* jam/);
    expect(await (await ask("/files")).text()).toBe("loaf");
    expect((await ask("/responses/%zz")).status).toBe(400);
    await expect.poll(() => egress.active).toBe(0);
  });

  it.each(["stream", "connect"] as const)(
    "does not change what an ingress answers over %s",
    async (protocol) => {
      silence();
      const { ingress, client } = openIngress(
        ({ method }) => (method === "GET" ? Response.json({}) : eventAnswer(sse("Bread", "jam"))),
        { protocol, observer },
      );
      expect((await client.call(rpcs.getResponse, { responseId: "r" })).status).toBe(200);
      let events = 0;
      for await (const _ of await client.open(rpcs.streamResponse, { start })) {
        events++;
      }
      expect(events).toBe(2);
      const at = (path: string): Request => new Request(`http://ingress.example${path}`);
      expect(await (await ingress.fetch(at("/pass-through/files"))).text()).toBe("{}");
      expect((await ingress.fetch(at("/unknown"))).status).toBe(404);
      await expect.poll(() => ingress.active).toBe(0);
    },
  );
});

describe("the failure of an observer", () => {
  it("is reported to it once", async () => {
    const reported = silence();
    const seen: unknown[] = [];
    const observer: Observer = { request: fail, failed: (error) => seen.push(error) };
    const { ask } = openBakery({ observer });
    await ask("/responses/r");
    await ask("/responses/r");
    expect(seen).toEqual([new Error("the scribe fell asleep")]);
    expect(reported).toEqual([]);
  });

  it("is written to the console once if it takes no reports", async () => {
    const reported = silence();
    const { client } = openIngress(() => new Response(DOCUMENT), {
      observer: ofRequest({ end: fail }),
    });
    await client.call(rpcs.getResponse, { responseId: "r" });
    await client.call(rpcs.getResponse, { responseId: "r" });
    await expect
      .poll(() => reported)
      .toEqual([["An observer of @stepwire/handler failed.", new Error("the scribe fell asleep")]]);
  });

  it("does not keep others from learning of a request", async () => {
    const ended: string[] = [];
    const seen: unknown[] = [];
    const failing: Observer = { ...ofRequest({ end: fail }), failed: () => seen.push("failed") };
    const { ask } = openBakery({
      observer: combineObservers(
        failing,
        ofRequest({ end: ({ status }) => ended.push(status) }),
        failing,
      ),
    });
    await ask("/responses/r");
    await ask("/responses/r");
    expect([ended, seen]).toEqual([
      ["200", "200"],
      ["failed", "failed"],
    ]);
  });
});

it("an answer that cannot be written is replaced", async () => {
  const { egress, ask } = openBakery({
    upstream: () => {
      throw OpenAIHttpError.create(999, { message: "No such status." });
    },
  });
  expect((await ask("/files", json("{}"))).status).toBe(502);
  expect(egress.active).toBe(0);
});
