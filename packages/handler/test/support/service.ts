import { create } from "@bufbuild/protobuf";
import {
  createFetchHandler,
  createServiceServer,
  createSource,
  type OpenedStream,
  type ServiceServerOptions,
  type SourceHandlers,
} from "@stepwire/connect/fetch";
import {
  ResponseSchema,
  ResponseService,
  type ResponseStreamEvent,
  ResponseStreamEventSchema,
} from "@stepwire/core/responses";
import { onTestFinished } from "vitest";
import { createEgressHandler, type EgressHandlerOptions, type Handler } from "../../src/index.js";

/** The base URL of all requests: nothing listens there. */
export const BASE = "http://bakery.example/v1";

/** An event with a part of a text. */
export function delta(text: string): ResponseStreamEvent {
  return create(ResponseStreamEventSchema, {
    event: { case: "outputTextDelta", value: { delta: text } },
  });
}

/** A stream of parts of a text. */
export async function* deltas(...texts: string[]): AsyncGenerator<ResponseStreamEvent> {
  for (const text of texts) {
    yield await Promise.resolve(delta(text));
  }
}

/** A stream that sends some events and then waits until its signal is aborted. */
export async function* untilAborted(
  signal: AbortSignal,
  ...texts: string[]
): AsyncGenerator<ResponseStreamEvent> {
  yield* deltas(...texts);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

type Functions = SourceHandlers<typeof ResponseService>;

const functions: Functions = {
  createResponse: async () => ({ content: create(ResponseSchema, { id: "resp_1" }), status: 201 }),
  getResponse: async ({ responseId }) => ({
    content: create(ResponseSchema, { id: responseId }),
    headers: [["x-request-id", "req_1"]],
  }),
  deleteResponse: async () => ({ content: undefined, status: 204 }),
  streamResponse: async () => await Promise.resolve({ events: deltas("Bread", " and", " jam") }),
};

/** Returns the source of a stream that opens with the given events. */
export function streamOf(open: (signal: AbortSignal) => OpenedStream["events"]): Functions {
  return { streamResponse: async (_request, { signal }) => ({ events: open(signal) }) };
}

/** An egress before a service, without a network. */
export interface Bakery {
  readonly egress: Handler;
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Asks for a stream. */
  stream(init?: RequestInit): Promise<Response>;
}

/** Options of the egress, and of the services behind it. */
export interface BakeryOptions extends Partial<EgressHandlerOptions> {
  readonly source?: Functions;
  readonly service?: ServiceServerOptions;
  /** Answers what the egress passes through. */
  readonly upstream?: (request: Request) => Response | Promise<Response>;
}

/** Opens an egress until the end of the test. */
export function openBakery({ source, service, upstream, ...options }: BakeryOptions = {}): Bakery {
  const server = createServiceServer(
    ResponseService,
    createSource(ResponseService, { ...functions, ...source }),
    service,
  );
  const serve = createFetchHandler(server.handlers);
  const egress = createEgressHandler({
    ingress: "http://ingress.example",
    services: [ResponseService],
    fetch: async (input, init) => {
      const request = new Request(input, init);
      return upstream !== undefined && new URL(request.url).pathname.startsWith("/pass-through")
        ? await upstream(request)
        : await serve(request);
    },
    ...options,
  });
  onTestFinished(async () => {
    server.close();
    await egress.close(0);
  });
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    egress.fetch(new Request(BASE + path, init));
  return { egress, ask, stream: (init = {}) => ask("/responses", { ...json(STREAMING), ...init }) };
}

export const STREAMING = '{"input":"Greet!","stream":true}';

/** A POST of JSON. */
export function json(body: string): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json" }, body };
}
