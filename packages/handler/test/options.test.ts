import { setTimeout as delay } from "node:timers/promises";
import { ResponseService } from "@stepwire/core/responses";
import { describe, expect, it } from "vitest";
import {
  createEgressHandler,
  createIngressHandler,
  type EgressHandlerOptions,
  stepwireFetch,
} from "../src/index.js";
import { BASE, json, openBakery, STREAMING } from "./support/service.js";
import { eventAnswer, openIngress, sse, UPSTREAM } from "./support/upstream.js";

/** Options as a program in JavaScript may pass them: those that are not set are there. */
function unset<Options>(...names: readonly (keyof Options)[]): Options {
  return Object.fromEntries(names.map((name) => [name, undefined])) as Options;
}

const PASSED = { headers: { "stepwire-passed-through": "1" } };

describe("an option that is undefined has its default", () => {
  const limits = unset<Exclude<EgressHandlerOptions["passThrough"], boolean | undefined>>(
    "maxBytes",
    "maxRequests",
    "answerTimeout",
    "idleTimeout",
    "totalTimeout",
  );
  const answer = async (): Promise<Response> => {
    await delay(20);
    return new Response("loaf", PASSED);
  };

  it("in the limits of what an egress passes through", async () => {
    const { ask } = openBakery({ passThrough: limits, upstream: answer });
    expect(await (await ask("/files")).text()).toBe("loaf");
  });

  it("in the limits of what an ingress passes through", async () => {
    const { ingress } = openIngress(answer, { passThrough: limits });
    const request = new Request("http://ingress.example/pass-through/files");
    expect(await (await ingress.fetch(request)).text()).toBe("loaf");
    const large = new Response("x", { headers: { "content-length": "1000000000" } });
    const { ingress: bounded } = openIngress(() => large, { passThrough: limits });
    expect((await bounded.fetch(request)).status).toBe(502);
  });

  it("in a client", async () => {
    const { ingress } = openIngress(() => eventAnswer(sse("Bread")));
    const fetched = stepwireFetch({
      ...unset<EgressHandlerOptions>("clientResume"),
      ingress: "http://ingress.example",
      services: [ResponseService],
      fetch: (input, init) => ingress.fetch(new Request(input, init)),
    });
    const text = await (await fetched(`${BASE}/responses`, json(STREAMING))).text();
    expect(text).toContain("Bread");
    expect(text).not.toMatch(/^id:/m);
  });
});

it("a time limit may be longer than those of timers", async () => {
  const part = new Uint8Array(50_000);
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => (sent++ < 20 ? controller.enqueue(part) : controller.close()),
  });
  const { ask } = openBakery({
    passThrough: { idleTimeout: 3_000_000_000 },
    upstream: () => new Response(body, PASSED),
  });
  const answer = await ask("/files");
  // The handler waits for its reader.
  await delay(50);
  expect((await answer.arrayBuffer()).byteLength).toBe(20 * part.length);
});

describe("a prefix", () => {
  it.each([
    ["/v1/", "/v1"],
    ["/", ""],
    ["/a/b/", "/a/b"],
  ])("may end with a slash: %s", async (prefix, start) => {
    const { egress } = openBakery({ prefix, upstream: () => new Response("loaf", PASSED) });
    const ask = async (path: string): Promise<Response> =>
      await egress.fetch(new Request(`http://bakery.example${start}${path}`));
    expect(await (await ask("/responses/r")).json()).toMatchObject({ id: "r" });
    expect(await (await ask("/files")).text()).toBe("loaf");
    const { ingress } = openIngress(() => Response.json({}), { prefix });
    const service = "/stepwire.responses.v1.ResponseService/GetResponse";
    expect(ingress.serving.prefix).toBe(start);
    expect(ingress.handles("POST", start + service)).toBe(true);
    expect(ingress.handles("GET", `${start}/pass-through/files`)).toBe(true);
  });

  it.each(["v1", "/v1?x", "/v1#", "/a//b", "//", "/a/../b", "/.", "/%61", "/a b", "http://a/v1"])(
    "that is no path is an error: %s",
    (prefix) => {
      const expected = new TypeError(
        `The prefix ${JSON.stringify(prefix)} is not a path such as "/v1".`,
      );
      const services = [ResponseService];
      expect(() => createEgressHandler({ ingress: "http://a.example", services, prefix })).toThrow(
        expected,
      );
      expect(() => createIngressHandler({ upstream: UPSTREAM, services, prefix })).toThrow(
        expected,
      );
    },
  );
});

it.each([true, false])("the URL of an ingress is checked (passThrough: %s)", (passThrough) => {
  const options = { ingress: "nowhere", services: [ResponseService], passThrough };
  expect(() => createEgressHandler(options)).toThrow(TypeError);
  expect(() => stepwireFetch(options)).toThrow(TypeError);
});

it("a request that says it has no body has none", async () => {
  const { egress } = openBakery({ passThrough: false });
  const request = new Request(`${BASE}/responses/r/cancel`, {
    method: "POST",
    headers: { "content-length": "0" },
    body: new ReadableStream({ start: (controller) => controller.close() }),
    duplex: "half",
  });
  // The service does not implement it.
  expect((await egress.fetch(request)).status).toBe(501);
});
