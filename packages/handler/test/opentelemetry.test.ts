import { context, metrics, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from "@opentelemetry/core";
import {
  AggregationTemporality,
  type DataPoint,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  StackContextManager,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import * as conventions from "@opentelemetry/semantic-conventions";
import type { ObservedRequest, Operation, RequestObserver, Role } from "@stepwire/handler";
import { createOpenTelemetryObserver } from "@stepwire/handler/opentelemetry";
import { afterEach, describe, expect, it } from "vitest";
import * as names from "../src/opentelemetry/names.js";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const traceparent = `00-${TRACE}-${PARENT}-01`;

/** An SDK in memory, with a propagator of its own. */
function createSdk() {
  const spans = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
  });
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  return {
    providers: { tracerProvider, meterProvider, propagator: new W3CTraceContextPropagator() },
    /** Ended spans, by name. */
    span(name: string, kind: SpanKind): ReadableSpan {
      const found = spans
        .getFinishedSpans()
        .filter((each) => each.name === name && each.kind === kind);
      expect(found, `${SpanKind[kind]} ${name}`).toHaveLength(1);
      // The line above has checked it.
      return found[0] as ReadableSpan;
    },
    /** The points of all metrics that are not empty, by name. */
    async points(): Promise<ReadonlyMap<string, readonly DataPoint<unknown>[]>> {
      await reader.forceFlush();
      const collected = exporter.getMetrics().at(-1)?.scopeMetrics ?? [];
      return new Map(
        collected.flatMap(({ metrics: each }) =>
          each.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints] as const),
        ),
      );
    },
  };
}

function request(part: Partial<ObservedRequest> = {}): ObservedRequest {
  const headers: Readonly<Record<string, string>> = {
    authorization: "Bearer sk-secret",
    traceparent,
    tracestate: "vendor=1",
  };
  return {
    role: "egress",
    method: "POST",
    path: "/v1/threads/thread_secret/runs",
    header: (name) => headers[name] ?? null,
    ...part,
  };
}

const stream: Operation = {
  name: "create_run",
  kind: "stream",
  route: "/v1/threads/{thread_id}/runs",
  rpc: "stepwire.v1.RunStepService/StreamRun",
};

function observed(
  observer: ReturnType<typeof createOpenTelemetryObserver>,
  part?: Partial<ObservedRequest>,
): RequestObserver {
  const found = observer.request?.(request(part));
  if (found === undefined) {
    throw new Error("the request is not observed");
  }
  return found;
}

describe("OpenTelemetry", () => {
  it("has one trace, from the client over both handlers to the upstream", () => {
    const sdk = createSdk();
    const observer = createOpenTelemetryObserver(sdk.providers);

    const egress = observed(observer);
    egress.operation?.(stream);
    const inner = egress.headers?.([["authorization", "Bearer sk-secret"]]) ?? [];
    const carried = new Map(inner);
    expect(carried.get("authorization")).toBe("Bearer sk-secret");
    expect(carried.get("tracestate")).toBe("vendor=1");

    const ingress = observed(observer, {
      role: "ingress",
      next: "https://user:secret@upstream.example/v1?key=secret",
      header: (name) => carried.get(name) ?? null,
    });
    ingress.operation?.({
      ...stream,
      route: "/threads/{thread_id}/runs",
      httpMethod: "POST",
      protocol: "connect",
    });
    const outer = new Map(ingress.headers?.([...carried]) ?? []);
    ingress.events?.(3, 120);
    ingress.end?.({ status: "ok", seconds: 0.2 });
    egress.events?.(3, 900);
    egress.end?.({ status: "200", httpStatus: 200, seconds: 0.3 });

    const { rpc = "" } = stream;
    const chain = [
      sdk.span(`POST ${stream.route}`, SpanKind.SERVER),
      sdk.span(rpc, SpanKind.CLIENT),
      sdk.span(rpc, SpanKind.SERVER),
      sdk.span("POST /threads/{thread_id}/runs", SpanKind.CLIENT),
    ];
    const ids = chain.map((span) => span.spanContext().spanId);
    expect(chain.map((span) => span.spanContext().traceId)).toEqual(Array(4).fill(TRACE));
    expect(chain.map((span) => span.parentSpanContext?.spanId)).toEqual([
      PARENT,
      ...ids.slice(0, -1),
    ]);
    expect(outer.get("traceparent")).toBe(`00-${TRACE}-${ids[3]}-01`);
    expect(chain[0]?.attributes).toEqual({
      "http.request.method": "POST",
      "http.response.status_code": 200,
      "http.route": stream.route,
      "stepwire.role": "egress",
      "stepwire.operation": "create_run",
      "stepwire.kind": "stream",
      "stepwire.status": "200",
      "stepwire.stream.events": 3,
      "stepwire.stream.size": 900,
    });
    expect(chain[2]?.attributes).toMatchObject({
      "rpc.method": rpc,
      "rpc.system.name": "connectrpc",
      "stepwire.status": "ok",
      "stepwire.stream.size": 120,
    });
  });

  describe("with baggage", () => {
    const propagator = new CompositePropagator({
      propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
    });
    const carried: Readonly<Record<string, string>> = {
      traceparent,
      tracestate: "vendor=1",
      baggage: "user.email=ada%40baker.example",
    };
    const sent = (role: Role, upstreamHeaders?: readonly string[]): Record<string, string> => {
      const { providers } = createSdk();
      const one = observed(
        createOpenTelemetryObserver({
          ...providers,
          propagator,
          ...(upstreamHeaders && { upstreamHeaders }),
        }),
        { role, header: (name) => carried[name] ?? null },
      );
      return Object.fromEntries(one.headers?.([["x-request-id", "1"]]) ?? []);
    };

    it("sends it from the egress to the ingress, which is ours, but not to the upstream", () => {
      expect(sent("egress")).toHaveProperty("baggage", carried["baggage"]);
      expect(Object.keys(sent("ingress")).toSorted()).toEqual([
        "traceparent",
        "tracestate",
        "x-request-id",
      ]);
    });

    it("sends the upstream what the options say", () => {
      const all = ["traceparent", "Baggage"];
      expect(Object.keys(sent("ingress", all)).toSorted()).toEqual([
        "baggage",
        "traceparent",
        "x-request-id",
      ]);
      expect(Object.keys(sent("ingress", []))).toEqual(["x-request-id"]);
    });
  });

  it("names the next server by its host and port only", () => {
    const sdk = createSdk();
    const next = "https://user:secret@upstream.example/v1?key=secret";
    const one = observed(createOpenTelemetryObserver(sdk.providers), { role: "ingress", next });
    one.operation?.({ ...stream, httpMethod: "GET", route: "/x" });
    one.headers?.([]);
    one.end?.({ status: "unavailable", seconds: 1 });
    expect(sdk.span("GET /x", SpanKind.CLIENT).attributes).toEqual({
      "stepwire.role": "ingress",
      "http.request.method": "GET",
      "server.address": "upstream.example",
      "server.port": 443,
      "error.type": "unavailable",
    });
  });

  it("counts requests, streams, events, bytes and incidents", async () => {
    const sdk = createSdk();
    const observer = createOpenTelemetryObserver(sdk.providers);
    const first = observed(observer);
    first.operation?.(stream);
    first.events?.(2, 50);
    const second = observed(observer);
    second.operation?.(stream);
    second.events?.(1, 7);
    second.incident?.("stream_resumed");
    observer.incident?.({ kind: "stream_resumed", role: "egress" });
    second.end?.({ status: "broken_502", httpStatus: 200, seconds: 2 });

    const points = await sdk.points();
    const ofStream = { "stepwire.role": "egress", "stepwire.operation": "create_run" };
    const valuesOf = (name: string): unknown =>
      points.get(name)?.map(({ value, attributes }) => ({ value, attributes }));
    expect(valuesOf("stepwire.streams.active")).toEqual([{ value: 1, attributes: ofStream }]);
    expect(valuesOf("stepwire.stream.events")).toEqual([{ value: 3, attributes: ofStream }]);
    expect(valuesOf("stepwire.stream.size")).toEqual([{ value: 57, attributes: ofStream }]);
    expect(valuesOf("stepwire.incidents")).toEqual([
      {
        value: 1,
        attributes: { "stepwire.role": "egress", "stepwire.incident": "stream_resumed" },
      },
    ]);
    expect(valuesOf("http.server.request.duration")).toMatchObject([
      {
        value: { count: 1, sum: 2 },
        attributes: {
          "http.request.method": "POST",
          "http.route": stream.route,
          "http.response.status_code": 200,
          "error.type": "broken_502",
        },
      },
    ]);
    const span = sdk.span(`POST ${stream.route}`, SpanKind.SERVER);
    expect(span.events.map(({ name }) => name)).toEqual(["stream_resumed"]);
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR });
  });

  it("reports no identifier, token or message of an error", async () => {
    const sdk = createSdk();
    const observer = createOpenTelemetryObserver(sdk.providers);
    const one = observed(observer);
    one.operation?.(stream);
    one.headers?.([["authorization", "Bearer sk-secret"]]);
    one.end?.({ status: "502", httpStatus: 502, seconds: 1, error: new Error("a secret prompt") });
    const spans = [
      sdk.span(`POST ${stream.route}`, SpanKind.SERVER),
      sdk.span(stream.rpc ?? "", SpanKind.CLIENT),
    ];
    const reported = JSON.stringify([
      spans.map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
      [...(await sdk.points())],
    ]);
    expect(reported).toContain("502");
    expect(reported).not.toContain("secret");
  });

  it.each([
    ["unavailable", SpanStatusCode.ERROR],
    ["not_found", SpanStatusCode.UNSET],
    ["ok", SpanStatusCode.UNSET],
  ])("tells faults of the server from those of the caller: %s", (status, code) => {
    const sdk = createSdk();
    const one = observed(createOpenTelemetryObserver(sdk.providers), { role: "ingress" });
    one.operation?.({ ...stream, protocol: "grpc" });
    one.end?.({ status, seconds: 1 });
    const span = sdk.span(stream.rpc ?? "", SpanKind.SERVER);
    expect(span.status.code).toBe(code);
    expect(span.attributes["rpc.status_code"]).toBe(status.toUpperCase());
  });

  it("has few names for methods that nobody knows", async () => {
    const sdk = createSdk();
    const one = observed(createOpenTelemetryObserver(sdk.providers), { method: "X".repeat(100) });
    one.end?.({ status: "404", httpStatus: 404, seconds: 1 });
    const span = sdk.span("HTTP", SpanKind.SERVER);
    expect(span.attributes["http.request.method"]).toBe("_OTHER");
    expect(span.attributes["http.request.method_original"]).toBe("X".repeat(32));
    const [point] = (await sdk.points()).get("http.server.request.duration") ?? [];
    expect(point?.attributes).toEqual({
      "http.request.method": "_OTHER",
      "http.response.status_code": 404,
    });
  });

  it("uses the names of the stable conventions", () => {
    const stable = new Set<unknown>(Object.values(conventions));
    const standard = Object.values(names).filter((name) => !name.startsWith("stepwire."));
    expect(standard.length).toBeGreaterThan(10);
    expect(standard.filter((name) => !stable.has(name))).toEqual([]);
  });

  describe("of the program", () => {
    afterEach(() => {
      for (const api of [trace, metrics, propagation, context]) {
        api.disable();
      }
    });

    it("is not observed without an SDK, and is from when one is registered", () => {
      const sdk = createSdk();
      const observer = createOpenTelemetryObserver();
      expect(observer.request?.(request())).toBeUndefined();
      trace.setGlobalTracerProvider(sdk.providers.tracerProvider);
      propagation.setGlobalPropagator(sdk.providers.propagator);
      const one = observed(observer);
      one.operation?.(stream);
      one.end?.({ status: "200", httpStatus: 200, seconds: 1 });
      const span = sdk.span(`POST ${stream.route}`, SpanKind.SERVER);
      expect(span.spanContext().traceId).toBe(TRACE);
      trace.disable();
      expect(observer.request?.(request())).toBeUndefined();
    });

    it("has metrics without spans, and leaves the headers of the trace as they are", async () => {
      const sdk = createSdk();
      const observer = createOpenTelemetryObserver();
      metrics.setGlobalMeterProvider(sdk.providers.meterProvider);
      const one = observed(observer);
      const headers = [["traceparent", traceparent]] as const;
      expect(one.headers?.(headers)).toEqual(headers);
      one.end?.({ status: "200", httpStatus: 200, seconds: 1 });
      expect((await sdk.points()).get("http.server.request.duration")).toHaveLength(1);
    });

    it("is part of the span of the server that has the handler", () => {
      const sdk = createSdk();
      context.setGlobalContextManager(new StackContextManager().enable());
      const server = sdk.providers.tracerProvider.getTracer("server").startSpan("server");
      const one = context.with(trace.setSpan(context.active(), server), () =>
        observed(createOpenTelemetryObserver(sdk.providers)),
      );
      // The client's headers are those of another trace.
      const sent = one.headers?.([
        ["traceparent", traceparent],
        ["tracestate", "vendor=1"],
        ["x-request-id", "1"],
      ]);
      one.end?.({ status: "200", httpStatus: 200, seconds: 1 });
      const span = sdk.span("POST", SpanKind.INTERNAL);
      expect(span.parentSpanContext?.spanId).toBe(server.spanContext().spanId);
      expect(sent?.map(([name]) => name)).toEqual(["x-request-id", "traceparent"]);
      expect(sent?.at(-1)?.[1]).toContain(server.spanContext().traceId);
    });
  });
});
