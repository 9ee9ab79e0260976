import { create, toBinary } from "@bufbuild/protobuf";
import { OpenAIHttpError } from "@stepwire/connect";
import { createFetchHandler, createServiceServer, createSource } from "@stepwire/connect/fetch";
import { RunStepSchema, RunStepService, StreamEventSchema } from "@stepwire/core";
import { createEgressHandler, createIngressHandler, type Handler } from "@stepwire/handler";
import {
  errorAnswer,
  operationOf,
  parametersOf,
  routeOf,
  toRequest,
  toUpstream,
  variablesOf,
} from "@stepwire/handler/internal";
import { getServiceMapping, type RouteMapping } from "@stepwire/mapping";
import type { Growth } from "./measure.js";
import { asyncList, eventsOf } from "./stream-growth.js";

const BASE = "http://bakery.example/v1/threads/t/runs";
const HUGE = Number.MAX_SAFE_INTEGER;

/** Opens an egress before a service, and before an upstream that returns what it gets. */
function openEgress(step: Uint8Array, events: readonly Uint8Array[]): Handler {
  const source = createSource(RunStepService, {
    getRunStep: async () => await Promise.resolve({ content: step }),
    streamRunEvents: async () => await Promise.resolve({ events: asyncList(events) }),
  });
  const service = createServiceServer(RunStepService, source);
  const serve = createFetchHandler(service.handlers);
  return createEgressHandler({
    ingress: "http://ingress.example",
    services: [RunStepService],
    limits: { maxBodyBytes: HUGE, maxMessageBytes: 2 ** 30 },
    passThrough: { maxBytes: HUGE },
    fetch: (input, init) => {
      const request = new Request(input, init);
      return request.url.includes("/pass-through/")
        ? Promise.resolve(
            new Response(request.body, { headers: { "stepwire-passed-through": "1" } }),
          )
        : serve(request);
    },
  });
}

const ask = async (egress: Handler, url: string, init?: RequestInit): Promise<unknown> =>
  (await egress.fetch(new Request(url, init))).arrayBuffer();

const streaming: RequestInit = {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: '{"stream":true}',
};

const handler = ["@stepwire/handler:createEgressHandler"];

/** What the bytes of a stream pass on their way from the upstream to the client. */
const passed = [
  "@stepwire/handler:createIngressHandler",
  ...["binaryToServerSentEvents", "createSourceHandler", "decodeEventStream", "EventIds"],
  ...["AnswerBody", "Upstream", "UpstreamSource", "writeEvents"],
].map((name) => (name.includes(":") ? name : `@stepwire/handler/internal:${name}`));

const service = [
  ...["createFetchHandler", "createServiceServer", "createSource"].map(
    (name) => `@stepwire/connect/fetch:${name}`,
  ),
  ...["createSinkHandler", "FetchRequest", "FetchSink"].map(
    (name) => `@stepwire/connect/internal:${name}`,
  ),
];

const egress: Growth[] = [
  {
    of: passed,
    shape: "events of a stream of the upstream",
    prepare: (size) => {
      const text = 'event: thread.run.step.delta\ndata: {"id":"step_1"}\n\n'.repeat(size);
      const ingress = createIngressHandler({
        upstream: "http://upstream.example/v1",
        services: [RunStepService],
        fetch: async () =>
          await Promise.resolve(
            new Response(text, { headers: { "content-type": "text/event-stream" } }),
          ),
      });
      const opened = createEgressHandler({
        ingress: "http://ingress.example",
        services: [RunStepService],
        fetch: (input, init) => ingress.fetch(new Request(input, init)),
      });
      return () => ask(opened, BASE, streaming);
    },
  },
  {
    of: [...handler, ...service],
    shape: "events of a stream",
    prepare: (size) => {
      const binary = toBinary(StreamEventSchema, eventsOf(1)[0] ?? create(StreamEventSchema));
      const opened = openEgress(
        new Uint8Array(),
        Array.from({ length: size }, () => binary),
      );
      return () => ask(opened, BASE, streaming);
    },
  },
  {
    of: handler,
    shape: "bytes of a document",
    largest: 1_000_000,
    prepare: (size) => {
      const step = create(RunStepSchema, { id: "x".repeat(size) });
      const opened = openEgress(toBinary(RunStepSchema, step), []);
      return () => ask(opened, `${BASE}/r/steps/s`);
    },
  },
  {
    of: handler,
    shape: "parameters of a query",
    prepare: (size) => {
      const opened = openEgress(new Uint8Array(), []);
      const query = Array.from({ length: size }, (_, index) => `include[]=${index}`).join("&");
      return () => ask(opened, `${BASE}/r/steps/s?${query}`);
    },
  },
  {
    of: handler,
    shape: "segments of a path",
    prepare: (size) => {
      const opened = openEgress(new Uint8Array(), []);
      const url = `/v1/threads${"/%61".repeat(size)}`;
      return () => opened.handles("GET", url);
    },
  },
  {
    of: handler,
    shape: "bytes that are passed through",
    largest: 10_000_000,
    prepare: (size) => {
      const opened = openEgress(new Uint8Array(), []);
      const body = new Uint8Array(size);
      return () => ask(opened, "http://bakery.example/v1/files", { method: "POST", body });
    },
  },
];

const [route = fail()] = getServiceMapping(RunStepService).routes.filter(
  ({ operation }) => operation === "list_run_steps",
);

function fail(): never {
  throw new Error("there is no such route");
}

function requestOf({ path }: RouteMapping, size: number): ReturnType<typeof toRequest> {
  const query = Array.from({ length: size }, (_, index) => ["other", String(index)] as const);
  const variables = path.flatMap((part) => ("field" in part ? ["x"] : []));
  return toRequest(route, { variables, query, body: undefined });
}

const requests: Growth[] = [
  {
    of: ["toRequest", "toUpstream", "parametersOf", "variablesOf", "routeOf", "operationOf"].map(
      (name) => `@stepwire/handler/internal:${name}`,
    ),
    shape: "parameters of a query",
    prepare: (size) => () => {
      const request = requestOf(route, size);
      const { method } = route;
      return [
        toUpstream(route, request),
        parametersOf(route, request),
        variablesOf(route, request),
        routeOf(method, request),
        operationOf(method, request),
      ];
    },
  },
  {
    of: ["@stepwire/handler/internal:errorAnswer"],
    shape: "headers",
    prepare: (size) => {
      const headers = Array.from({ length: size }, (_, index) => [`x-${index}`, "1"] as const);
      const error = new OpenAIHttpError({ status: 400, headers, body: new Uint8Array() });
      return () => errorAnswer(error);
    },
  },
];

/** Growth tests for the handlers. */
export const handlerGrowth: readonly Growth[] = [...egress, ...requests];
