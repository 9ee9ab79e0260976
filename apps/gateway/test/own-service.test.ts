import { readdirSync } from "node:fs";
import type { Source } from "@stepwire/connect";
import { createFolder, startGateway, startProgram } from "@stepwire/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLog } from "../src/log.js";
import { type Model, readModel } from "../src/model.js";
import { ReplaySource } from "../src/replay/replay-source.js";
import {
  collectLog,
  createUpstreamSource,
  startTestEgress,
  startTestIngress,
} from "./support/chain.js";
import { withoutIds } from "./support/collect.js";
import { compileKettles } from "./support/own-service.js";
import { sendJson, sendStream, startUpstream, type TestUpstream } from "./support/upstream.js";

const kettle =
  '{"object":"kitchen.kettle","id":"kettle_1","kitchen_id":"kitchen_1","degrees":20.5,"color":[1e400]}';
const stream = `event: kettle.on
data: ${kettle}

event: kettle.hot
data: ${kettle.replace("20.5", "100")}

event: kettle.whistle
data: {"pitch":1.50}

event: done
data: [DONE]

`;

/** Compiling starts a process. */
const COMPILING = { timeout: 30_000 };
const PROGRAMS = { timeout: 90_000 };

interface Roles {
  readonly url: string;
  log(): string;
  metrics(): Promise<string>;
}

/** Both roles, with nothing but the descriptors of the model. */
async function startRoles(
  source: Source,
  options: { readonly model?: Model; readonly recordInto?: string } = {},
): Promise<Roles> {
  const { model = readModel(compileKettles(), "/"), ...others } = options;
  const { destination, text } = collectLog();
  const log = createLog("info", "test", destination);
  const ingress = await startTestIngress(source, { log, model, ...others });
  const egress = await startTestEgress(ingress.url, { log, services: model.services });
  return {
    url: `${egress.url}/v1`,
    log: text,
    metrics: async () => await (await fetch(`${egress.url}/metrics`)).text(),
  };
}

/** A source that asks an upstream, for the time of a test. */
function ask(upstream: TestUpstream): Source {
  const { source, close } = createUpstreamSource(upstream.url);
  onTestFinished(close);
  return source;
}

async function startKitchen(): Promise<TestUpstream> {
  return await startUpstream(({ method, url, body }, response) => {
    const streams = body.includes('"stream":true') || url.includes("/events");
    if (streams) {
      sendStream(response, stream);
    } else if (url.includes("kettle_x")) {
      sendJson(response, '{"error":{"message":"no such kettle"}}', 404);
    } else {
      sendJson(response, method === "GET" && url.includes("/kitchens/") ? list : kettle);
    }
  });
}

const list = `{"object":"list","data":[${kettle}],"first_id":"kettle_1","last_id":"kettle_1","has_more":false,"more":{}}`;

async function post(url: string, body: string): Promise<Response> {
  const headers = { "content-type": "application/json", authorization: "Bearer key" };
  return await fetch(url, { method: "POST", headers, body });
}

describe("a service of its own, from its descriptors alone", () => {
  it("has documents and streams through both roles", COMPILING, async () => {
    const upstream = await startKitchen();
    const { url, log, metrics } = await startRoles(ask(upstream));
    const exact = [
      "since=-9007199254740993",
      "full=false",
      "scale=0.25",
      "unit=celsius",
      "note=a",
      "include%5B%5D=x",
      "include%5B%5D=y",
    ];
    // What the fields cannot hold comes after what they hold, unchanged.
    const rest = ["note=b", "scale=1e2", "unit=kelvin", "since=1", "what%3F=1+2"];
    const query = [...exact, ...rest].join("&");
    const found = await fetch(`${url}/kettles/k%20%2F1?${query}`);
    expect(found.headers.get("content-type")).toBe("application/json");
    expect(await found.text()).toBe(kettle);
    expect(upstream.seen.at(-1)?.url).toBe(`/v1/kettles/k%20%2F1?${query}`);

    expect(await (await fetch(`${url}/kitchens/a/kettles?limit=2`)).text()).toBe(list);
    expect(upstream.seen.at(-1)?.url).toBe("/v1/kitchens/a/kettles?limit=2");

    const deleted = await fetch(`${url}/kettles/a`, { method: "DELETE" });
    expect([deleted.status, await deleted.text()]).toEqual([200, kettle]);
    expect(upstream.seen.at(-1)).toMatchObject({
      method: "DELETE",
      url: "/v1/kettles/a",
      body: "",
    });

    const missing = await fetch(`${url}/kettles/kettle_x`);
    expect([missing.status, await missing.text()]).toEqual([
      404,
      '{"error":{"message":"no such kettle"}}',
    ]);

    const watched = await fetch(`${url}/kettles/a/events?from=3`);
    expect(watched.headers.get("content-type")).toMatch(/^text\/event-stream/);
    expect(withoutIds(await watched.text())).toBe(stream);
    expect(upstream.seen.at(-1)?.url).toBe("/v1/kettles/a/events?from=3");

    for (const operation of ["get_kettle", "list_kettles", "delete_kettle", "watch"]) {
      expect(log()).toContain(`"operation":"${operation}"`);
      expect(await metrics()).toContain(`requests_total{operation="${operation}",status="200"`);
    }
  });

  it("has a document and a stream at the same path", COMPILING, async () => {
    const upstream = await startKitchen();
    const { url, log } = await startRoles(ask(upstream));
    const bodies = ['{ "stream": false, "to": 1.50 }', '{"stream":true, "to": 1.50}', "[1", ""];
    const answers: string[] = [];
    for (const body of bodies) {
      answers.push(withoutIds(await (await post(`${url}/kettles/a/boil`, body)).text()));
      expect(upstream.seen.at(-1)).toMatchObject({
        method: "POST",
        url: "/v1/kettles/a/boil",
        body,
        headers: { authorization: "Bearer key" },
      });
    }
    expect(answers).toEqual([kettle, stream, kettle, kettle]);
    await post(`${url}/kettles/a/boil?dry=1`, bodies[0] ?? "");
    expect(upstream.seen.at(-1)?.url).toBe("/v1/kettles/a/boil?dry=1");
    expect(log()).toMatch(/"operation":"boil"/);
  });

  it("refuses a query parameter that has no place", COMPILING, async () => {
    const upstream = await startKitchen();
    const { url } = await startRoles(ask(upstream));
    for (const query of ["limit=x", "limit=1&limit=2", "page=2"]) {
      const answer = await fetch(`${url}/kitchens/a/kettles?${query}`);
      const { error } = (await answer.json()) as { error: object };
      expect([answer.status, error]).toEqual([
        400,
        expect.objectContaining({ param: query.split("=")[0] }),
      ]);
    }
    expect(upstream.seen).toHaveLength(0);
  });

  it("is recorded and replayed", COMPILING, async () => {
    const upstream = await startKitchen();
    const directory = createFolder();
    const model = readModel(compileKettles(), "/");
    const recording = await startRoles(ask(upstream), { model, recordInto: directory });
    const body = '{"stream":true}';
    expect(
      withoutIds(await (await post(`${recording.url}/kettles/kettle_1/boil`, body)).text()),
    ).toBe(stream);
    expect(readdirSync(directory)).toHaveLength(1);

    const replay = await ReplaySource.open({ model, directory, pace: 0, maxEventBytes: 2 ** 20 });
    const { url } = await startRoles(replay, { model });
    const hot = kettle.replace("20.5", "100");
    expect(await (await fetch(`${url}/kettles/kettle_1`)).text()).toBe(hot);
    expect(await (await fetch(`${url}/kitchens/kitchen_1/kettles?limit=1`)).json()).toEqual({
      object: "list",
      data: [JSON.parse(hot)],
      first_id: "kettle_1",
      last_id: "kettle_1",
      has_more: false,
    });
    const unknown = await fetch(`${url}/kitchens/kitchen_2/kettles`);
    expect([unknown.status, await unknown.text()]).toEqual([
      404,
      expect.stringContaining("No kitchen found with id 'kitchen_2'."),
    ]);
    // The recording names its kettle by "kettle_id", the endpoint by another variable.
    expect((await post(`${url}/kettles/kettle_1/boil`, body)).status).toBe(404);
    const watched = await fetch(`${url}/kettles/kettle_1/events`);
    expect([watched.status, await watched.text()]).toEqual([
      404,
      expect.stringContaining("No kettle found with id 'kettle_1'."),
    ]);
  });

  it("is served by the command", PROGRAMS, async () => {
    const upstream = await startKitchen();
    const common = ["--port", "0", "--descriptor", compileKettles()];
    const inner = await startGateway(["ingress", ...common, "--upstream", upstream.url]);
    const outer = await startGateway(["egress", ...common, "--backend", inner.url]);
    expect(await (await fetch(`${outer.url}/v1/kettles/a`)).text()).toBe(kettle);
    const boiled = await post(`${outer.url}/v1/kettles/a/boil`, '{"stream":true}');
    expect(withoutIds(await boiled.text())).toBe(stream);
  });
});

describe("descriptors that cannot be served", () => {
  it.each<[string, (proto: string) => string, RegExp]>([
    [
      "without routes",
      (proto) =>
        proto.replaceAll(/option \(stepwire\.json\.v1\.route\) = \{[^}]*(\{[^}]*\}[^}]*)*\};/g, ""),
      /no service in it has the option \(stepwire\.json\.v1\.route\)/,
    ],
    [
      "with a mistake in a route",
      (proto) => proto.replace('"/kitchens/{kitchen_id}/kettles"', '"/kitchens/{kitchen}/kettles"'),
      /kettle\.v1\.KettleService\.ListKettles: the part of the path `kitchen` is not a field of/,
    ],
    [
      "with an endpoint of two services",
      (proto) => `${proto}
        service CopperService {
          rpc GetCopper(GetCopperRequest) returns (GetKettleResponse) {
            option (stepwire.json.v1.route) = { get: "/kettles/{copper_id}" };
          }
        }
        message GetCopperRequest { string copper_id = 1; }`,
      /KettleService\.GetKettle and kettle\.v1\.CopperService\.GetCopper answer GET \/kettles\/\{\} in the same way/,
    ],
  ])("%s are named", COMPILING, (_name, change, message) => {
    const descriptor = compileKettles(change);
    expect(() => readModel(descriptor, "/")).toThrow(message);
  });

  it("because they are no descriptors are named", PROGRAMS, async () => {
    const program = startProgram("apps/gateway/src/main.ts", [
      "ingress",
      "--descriptor",
      import.meta.filename,
    ]);
    expect(await program.ended).toBe("2");
    expect(program.output()).toMatch(/not a binary FileDescriptorSet; build one with: buf build/);
  });
});
