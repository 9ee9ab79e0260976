import { expect, it } from "vitest";
import { combineObservers, type Observer, type RequestEnd } from "../src/index.js";
import { json, openBakery } from "./support/service.js";

it("an observer learns of each request, its events and its end", async () => {
  const seen: unknown[] = [];
  const ended = ({ status, httpStatus, seconds }: RequestEnd): void => {
    expect(seconds).toBeGreaterThanOrEqual(0);
    seen.push(["end", status, httpStatus]);
  };
  const observer: Observer = {
    request: ({ role, method, path, header }) => {
      seen.push([role, method, path, header("x-name")]);
      return {
        operation: ({ name, kind, route, rpc }) => seen.push([name, kind, route, rpc]),
        events: (count, bytes) => seen.push([count, bytes > 100]),
        end: ended,
      };
    },
  };
  const { ask, stream } = openBakery({ observer, passThrough: false });
  await (await ask("/responses/r?x=1", { headers: { "x-name": "n" } })).text();
  await (await stream()).text();
  await (await ask("/loaves")).text();
  await (await ask("/responses?x=%ff", json("{}"))).text();
  const service = "stepwire.responses.v1.ResponseService";
  const get = "/v1/responses/{response_id}";
  expect(seen.filter((each) => !Array.isArray(each) || typeof each[1] !== "boolean")).toEqual([
    ["egress", "GET", "/v1/responses/r", "n"],
    ["get_response", "document", get, `${service}/GetResponse`],
    ["end", "200", 200],
    ["egress", "POST", "/v1/responses", null],
    ["create_response_stream", "stream", "/v1/responses", `${service}/StreamResponse`],
    ["end", "200", 200],
    ["egress", "GET", "/v1/loaves", null],
    ["other", "none", undefined, undefined],
    ["end", "404", 404],
    ["egress", "POST", "/v1/responses", null],
    ["create_response", "document", "/v1/responses", `${service}/CreateResponse`],
    ["end", "400", 400],
  ]);
  const counts = seen.flatMap((each) =>
    Array.isArray(each) && each[1] === true ? [Number(each[0])] : [],
  );
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
});

it("an observer can replace the headers of the request to the next server", async () => {
  const headers: unknown[] = [];
  const { ask } = openBakery({
    observer: {
      request: () => ({
        headers: (passed) => [
          ...passed.filter(([name]) => name !== "traceparent"),
          ["traceparent", "2"],
        ],
      }),
    },
    source: {
      getResponse: async (_request, call) => {
        headers.push(call.headers);
        return await Promise.resolve({ content: undefined });
      },
    },
    upstream: async (request) => {
      headers.push(request.headers.get("traceparent"));
      return await Promise.resolve(new Response());
    },
  });
  for (const path of ["/responses/r", "/files"]) {
    await ask(path, { headers: { traceparent: "1" } });
  }
  expect(headers).toEqual([[["traceparent", "2"]], "2"]);
});

it("several observers learn the same, in their order", async () => {
  const seen: string[] = [];
  const named = (name: string): Observer => ({
    request: () => ({
      operation: (operation) => seen.push(`${name} ${operation.name}`),
      headers: (headers) => [...headers, [`x-${name}`, String(headers.length)]],
      events: () => seen.push(`${name} events`),
      incident: (kind) => seen.push(`${name} request ${kind}`),
      end: ({ status }) => seen.push(`${name} ${status}`),
    }),
    incident: ({ kind }) => seen.push(`${name} ${kind}`),
  });
  const headers: unknown[] = [];
  const { ask, stream } = openBakery({
    observer: combineObservers(named("a"), { request: () => undefined }, {}, named("b")),
    service: { maxResumeWindow: 5000 },
    upstream: async (request) => {
      headers.push([request.headers.get("x-a"), request.headers.get("x-b")]);
      return await Promise.resolve(new Response());
    },
  });
  await (await ask("/files")).text();
  expect(headers).toEqual([["0", "1"]]);
  const first = await (await stream()).text();
  const id = /^id: (.*:1)$/m.exec(first)?.[1] ?? expect.unreachable("no identifier");
  seen.length = 0;
  const again = { "content-type": "application/json", "last-event-id": id };
  await (await stream({ headers: again })).text();
  const distinct = [...new Set(seen)];
  expect(distinct.filter((each) => each.startsWith("a "))).toEqual([
    "a create_response_stream",
    "a client_resumed",
    "a request client_resumed",
    "a events",
    "a 200",
  ]);
  const ofB = distinct.filter((each) => each.startsWith("b "));
  expect(ofB.map((each) => each.replace("b ", "a "))).toEqual(
    distinct.filter((each) => each.startsWith("a ")),
  );
});
