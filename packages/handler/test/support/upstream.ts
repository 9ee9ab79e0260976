import { ServiceClient } from "@stepwire/connect";
import { createWebTransport, type WebProtocol } from "@stepwire/connect/web";
import { ResponseService, ResponseStreamEventSchema } from "@stepwire/core/responses";
import { encodeEventsFromBinary } from "@stepwire/openai-sse";
import { onTestFinished } from "vitest";
import {
  createIngressHandler,
  type IngressHandler,
  type IngressHandlerOptions,
} from "../../src/index.js";

/** The base URL of the upstream: nothing listens there. */
export const UPSTREAM = "https://ovens.example/api/v1";

/** Answers a request as an OpenAI-compatible server. */
export type Oven = (request: Request) => Response | Promise<Response>;

/** A document with members that no schema has. */
export const DOCUMENT =
  '{"id":"resp_1","object":"response","status":"completed","größe":1.50,"output":[{"type":"crumb"}]}';

/** Returns the JSON of an event. */
export function eventJson(text: string, number = 0): string {
  return `{"type":"response.output_text.delta","delta":${JSON.stringify(text)},"sequence_number":${number},"krume":[1.0]}`;
}

/** Returns events as an upstream sends them. */
export function sse(...texts: string[]): string {
  return texts
    .map((text, index) => `event: response.output_text.delta\ndata: ${eventJson(text, index)}\n\n`)
    .join("");
}

const EVENTS = { headers: { "content-type": "text/event-stream" } };

/** An answer with a stream of events. */
export function eventAnswer(body: string | ReadableStream<Uint8Array>): Response {
  return new Response(body, EVENTS);
}

/** A stream of bytes that a test feeds. */
export interface FedStream {
  readonly stream: ReadableStream<Uint8Array>;
  readonly isCanceled: boolean;
  feed(text: string): void;
  end(): void;
  fail(error: Error): void;
}

export function fedStream(): FedStream {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let isCanceled = false;
  const stream = new ReadableStream<Uint8Array>({
    start: (own) => {
      controller = own;
    },
    cancel: () => {
      isCanceled = true;
    },
  });
  return {
    stream,
    get isCanceled() {
      return isCanceled;
    },
    feed: (text) => controller?.enqueue(new TextEncoder().encode(text)),
    end: () => controller?.close(),
    fail: (error) => controller?.error(error),
  };
}

/** An ingress in front of an upstream, without a network. */
export interface OpenedIngress {
  readonly ingress: IngressHandler;
  readonly client: ServiceClient;
}

/** Opens an ingress until the end of the test. */
export function openIngress(
  oven: Oven,
  {
    protocol = "stream",
    ...options
  }: Partial<IngressHandlerOptions> & { protocol?: WebProtocol } = {},
): OpenedIngress {
  const ingress = createIngressHandler({
    upstream: UPSTREAM,
    services: [ResponseService],
    fetch: async (input, init) => await oven(new Request(input, init)),
    ...options,
  });
  onTestFinished(() => ingress.close(0));
  const client = new ServiceClient(
    createWebTransport({
      baseUrl: `http://ingress.example${options.prefix ?? ""}`,
      protocol,
      fetch: (input, init) => ingress.fetch(new Request(input, init)),
    }),
  );
  return { ingress, client };
}

/** The rpcs of the service. */
export const rpcs: typeof ResponseService.method = ResponseService.method;

/** How a stream begins. */
export const start = {
  case: "createResponseStream",
  value: { body: '{"input":"Greet!","stream":true}' },
} as const;

/** Returns the data of an event in binary, as a client of the upstream would see it. */
export function dataOf(event: Uint8Array): unknown {
  const text = new TextDecoder().decode(encodeEventsFromBinary(ResponseStreamEventSchema, [event]));
  return JSON.parse(text.slice(text.indexOf("data: ") + "data: ".length));
}
