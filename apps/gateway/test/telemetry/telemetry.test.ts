import { request } from "node:http";
import {
  type CollectedSpan,
  type Collector,
  type Program,
  startCollector,
  startGateway,
} from "@stepwire/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../support/chain.js";
import { eventsOf, receive, sampleIds, sampleStream } from "../support/collect.js";
import { startRelay } from "../support/relay.js";
import { sendJson, sendStream, startUpstream, streamHeaders } from "../support/upstream.js";

/** In OTLP. */
const SERVER = 2;
const CLIENT = 3;

const STREAM = "stepwire.v1.RunStepService/StreamRunEvents";
const ROUTE = "/v1/threads/{thread_id}/runs";

/** A secret in each place from which it could reach a span. */
const secrets = {
  key: "sk-secret-of-the-test",
  query: "secret-query",
  prompt: "secret-prompt",
  thread: sampleIds.thread_id,
};

let next = 0;

/** Creates the headers of a new trace, as a client that is traced sends them. */
function newTrace(): { id: string; parent: string; headers: Record<string, string> } {
  next++;
  const id = next.toString(16).padStart(32, "a");
  const parent = next.toString(16).padStart(16, "b");
  return { id, parent, headers: { traceparent: `00-${id}-${parent}-01`, tracestate: "test=1" } };
}

describe("with a real collector", { timeout: 120_000 }, () => {
  let collector: Collector;

  // Building it takes minutes in the first run.
  beforeAll(async () => {
    collector = await startCollector();
  }, 1_800_000);

  afterAll(async () => {
    await collector?.close();
  });

  /** Starts both roles, which send to the collector. */
  async function start(
    upstream: string,
    backend = async (url: string): Promise<string> => url,
  ): Promise<{ egress: Program & { url: string }; ingress: Program & { url: string } }> {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: "100",
      OTEL_METRIC_EXPORT_INTERVAL: "500",
      OTEL_METRIC_EXPORT_TIMEOUT: "400",
    };
    const ingress = await startGateway(
      ["ingress", "--port", "0", "--upstream", upstream],
      environment,
    );
    const egress = await startGateway(
      ["egress", "--port", "0", "--backend", await backend(ingress.url)],
      environment,
    );
    return { egress, ingress };
  }

  /** Waits for a number of spans of a trace. Returns them from the client to the upstream. */
  async function chainOf(trace: { id: string; parent: string }, count: number) {
    const found = (): CollectedSpan[] =>
      collector.spans.filter(({ traceId }) => traceId === trace.id);
    await expect.poll(() => found().length, { timeout: 20_000 }).toBe(count);
    const chain: CollectedSpan[] = [];
    let parent = trace.parent;
    for (;;) {
      const [span, ...others] = found().filter(({ parentSpanId }) => parentSpanId === parent);
      if (span === undefined) {
        break;
      }
      expect(others).toEqual([]);
      chain.push(span);
      parent = span.spanId;
    }
    expect(chain).toHaveLength(count);
    return chain;
  }

  function describeSpans(chain: readonly CollectedSpan[]): unknown[] {
    return chain.map(({ service, kind, name }) => [service, kind, name]);
  }

  it("a stream is one trace of four spans, and is counted", async () => {
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, sampleStream),
    );
    const { egress, ingress } = await start(upstream.url);
    const trace = newTrace();
    const stream = await createClient(egress.url, secrets.key).beta.threads.runs.create(
      secrets.thread,
      { assistant_id: "asst_1", stream: true, instructions: secrets.prompt },
      { headers: trace.headers },
    );
    let events = 0;
    for await (const _event of stream) {
      events++;
    }
    expect(events).toBe(eventsOf(sampleStream).length);

    const chain = await chainOf(trace, 4);
    expect(describeSpans(chain)).toEqual([
      ["stepwire-gateway-egress", SERVER, `POST ${ROUTE}`],
      ["stepwire-gateway-egress", CLIENT, STREAM],
      ["stepwire-gateway-ingress", SERVER, STREAM],
      ["stepwire-gateway-ingress", CLIENT, "POST /threads/{thread_id}/runs"],
    ]);
    const { port } = new URL(upstream.url);
    expect(chain[3]?.attributes).toMatchObject({
      "http.request.method": "POST",
      "server.address": "127.0.0.1",
      "server.port": Number(port),
    });
    // The upstream sees the last span as its parent.
    expect(upstream.seen[0]?.headers).toMatchObject({
      traceparent: `00-${trace.id}-${chain[3]?.spanId}-01`,
      tracestate: "test=1",
      authorization: `Bearer ${secrets.key}`,
    });
    expect(chain[0]?.attributes).toMatchObject({
      "http.request.method": "POST",
      "http.route": ROUTE,
      "http.response.status_code": 200,
      "stepwire.operation": "create_run",
      "stepwire.kind": "stream",
    });
    expect(chain[2]?.attributes).toMatchObject({
      "rpc.method": STREAM,
      "rpc.system.name": "stepwire",
      "stepwire.status": "ok",
    });
    const passed = chain.map(({ attributes }) => attributes["stepwire.stream.events"]);
    expect(passed[0]).toBeGreaterThanOrEqual(events);
    expect(passed[2]).toBe(passed[0]);
    expect(chain.map(({ status }) => status)).toEqual([0, 0, 0, 0]);

    // The rest is sent when the program ends.
    for (const { process, ended } of [egress, ingress]) {
      process.kill("SIGTERM");
      expect(await ended).toBe("0");
    }
    const pointOf = (service: string, name: string): number | undefined =>
      collector
        .points()
        .find((point) => point.service === `stepwire-gateway-${service}` && point.name === name)
        ?.value;
    expect(pointOf("egress", "http.server.request.duration")).toBe(1);
    expect(pointOf("egress", "rpc.client.call.duration")).toBe(1);
    expect(pointOf("ingress", "rpc.server.call.duration")).toBe(1);
    expect(pointOf("ingress", "http.client.request.duration")).toBe(1);
    expect(pointOf("egress", "stepwire.streams.active")).toBe(0);
    expect(pointOf("egress", "stepwire.stream.events")).toBe(passed[0]);
    expect(pointOf("ingress", "stepwire.stream.events")).toBe(passed[0]);
    expect(pointOf("egress", "stepwire.stream.size")).toBeGreaterThan(
      pointOf("ingress", "stepwire.stream.size") ?? Number.POSITIVE_INFINITY,
    );
  });

  it("a document, and a request that is passed through, are traces too", async () => {
    const upstream = await startUpstream(({ url }, response) =>
      url.endsWith("/models")
        ? sendJson(response, '{"object":"list","data":[]}')
        : sendJson(response, '{"error":{"message":"secret-prompt is overloaded"}}', 503),
    );
    const { egress } = await start(upstream.url);
    const client = createClient(egress.url, secrets.key);
    const passed = newTrace();
    await client.models.list({ headers: passed.headers });
    const chain = await chainOf(passed, 4);
    expect(describeSpans(chain)).toEqual([
      ["stepwire-gateway-egress", SERVER, "GET"],
      ["stepwire-gateway-egress", CLIENT, "GET"],
      ["stepwire-gateway-ingress", SERVER, "GET"],
      ["stepwire-gateway-ingress", CLIENT, "GET"],
    ]);
    expect(chain[0]?.attributes["stepwire.operation"]).toBe("pass_through");

    const failed = newTrace();
    await expect(
      client.beta.threads.runs.retrieve(
        sampleIds.run_id,
        { thread_id: secrets.thread },
        { headers: failed.headers },
      ),
    ).rejects.toMatchObject({ status: 503 });
    const spans = await chainOf(failed, 4);
    expect(spans[0]).toMatchObject({
      name: `GET ${ROUTE}/{run_id}`,
      status: 2,
      attributes: { "http.response.status_code": 503, "error.type": "503" },
    });
    expect(spans.map(({ status }) => status)).toEqual([2, 2, 2, 2]);
  });

  it("a resumed stream is an event of its span", async () => {
    const upstream = await startUpstream(async (_request, response) => {
      response.writeHead(200, streamHeaders);
      for (const event of sampleStream.split(/(?<=\n\n)/)) {
        response.write(event);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      response.end();
    });
    let relay: Awaited<ReturnType<typeof startRelay>> | undefined;
    const { egress } = await start(upstream.url, async (url) => {
      relay = await startRelay(url);
      return relay.url;
    });
    const before = collector.spans.length;
    const { events, error } = await receive(createClient(egress.url, secrets.key), (count) => {
      if (count === 5) {
        relay?.cutAll();
      }
    });
    expect(error).toBeUndefined();
    expect(events).toHaveLength(eventsOf(sampleStream).length);
    const resumed = (): CollectedSpan[] =>
      collector.spans.slice(before).filter(({ events }) => events.includes("stream_resumed"));
    await expect.poll(() => resumed().length, { timeout: 20_000 }).toBe(1);
    expect(resumed()[0]).toMatchObject({ service: "stepwire-gateway-egress", kind: SERVER });
    await expect
      .poll(
        () => collector.points().find(({ name }) => name === "stepwire.incidents")?.attributes,
        {
          timeout: 20_000,
        },
      )
      .toMatchObject({ "stepwire.incident": "stream_resumed", "stepwire.role": "egress" });
  });

  it("nothing secret is sent", async () => {
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, sampleStream),
    );
    const { egress } = await start(upstream.url);
    const trace = newTrace();
    const path = `/v1/threads/${secrets.thread}/messages?after=${secrets.query}`;
    await new Promise((resolve) => {
      request(`${egress.url}${path}`, {
        headers: { ...trace.headers, authorization: `Bearer ${secrets.key}` },
      })
        .on("response", (response) => response.resume().on("end", resolve))
        .end();
    });
    await chainOf(trace, 4);
    const text = collector.text();
    expect(text).toContain("stepwire-gateway-ingress");
    expect(Object.values(secrets).filter((secret) => text.includes(secret))).toEqual([]);
    expect(text).not.toContain("process.command_args");
  });

  it("a collector that is not there changes nothing", async () => {
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, sampleStream),
    );
    const ingress = await startGateway(["ingress", "--port", "0", "--upstream", upstream.url], {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
      OTEL_BSP_SCHEDULE_DELAY: "50",
    });
    const egress = await startGateway(["egress", "--port", "0", "--backend", ingress.url]);
    const { events, error } = await receive(createClient(egress.url));
    expect(error).toBeUndefined();
    expect(events).toHaveLength(eventsOf(sampleStream).length);
    ingress.process.kill("SIGTERM");
    expect(await ingress.ended).toBe("0");
    // Its log is still one JSON object for each line.
    const lines = ingress.output().trim().split("\n");
    expect(lines.map((line) => typeof JSON.parse(line))).toEqual(lines.map(() => "object"));
  });

  it("without a destination, the headers of a trace are passed on as they are", async () => {
    const upstream = await startUpstream((_request, response) =>
      sendStream(response, sampleStream),
    );
    const ingress = await startGateway(["ingress", "--port", "0", "--upstream", upstream.url]);
    const egress = await startGateway(["egress", "--port", "0", "--backend", ingress.url]);
    const trace = newTrace();
    const stream = await createClient(egress.url).beta.threads.runs.create(
      sampleIds.thread_id,
      { assistant_id: "asst_1", stream: true },
      { headers: trace.headers },
    );
    for await (const event of stream) {
      expect(event).toBeDefined();
    }
    expect(upstream.seen[0]?.headers).toMatchObject(trace.headers);
  });
});
