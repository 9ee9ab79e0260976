import { once } from "node:events";
import { createServer as createHttp1 } from "node:http";
import { createServer as createHttp2, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { create, toBinary } from "@bufbuild/protobuf";
import { type Accumulator, createAccumulator } from "@stepwire/accumulate";
import {
  createNodeHandler,
  createServiceServer,
  createSource,
  createTransport,
  OpenAIHttpError,
  ServiceClient,
} from "@stepwire/connect";
import {
  encoded,
  encodedEvents,
  mapEvents,
  passedRequestHeaders,
  passedResponseHeaders,
} from "@stepwire/connect/internal";
import { createWebTransport, ServiceClient as WebClient } from "@stepwire/connect/web";
import { RunStepSchema, RunStepService, type StreamEvent, StreamEventSchema } from "@stepwire/core";
import { parseOpenAI } from "@stepwire/openai-json";
import {
  createEventDecoderStream,
  createEventEncoderStream,
  decodeEventBlocks,
  decodeEvents,
  decodeEventsToBinary,
  EventStreamError,
  encodeEvent,
  encodeEventFromBinary,
  encodeEvents,
  encodeEventsFromBinary,
  splitEvents,
} from "@stepwire/openai-sse";
import { onTestFinished } from "vitest";
import { drain, inChunks } from "./chunks.js";
import type { Growth } from "./measure.js";
import { list, sizesOf, stepShapes } from "./shapes.js";

const limits = {
  maxSize: Number.MAX_SAFE_INTEGER,
  maxTextLength: Number.MAX_SAFE_INTEGER,
  maxObjects: 1_000_000,
} as const;

function delta(members: string, id = "step_1"): StreamEvent {
  const data = `{"id":"${id}","object":"thread.run.step.delta","delta":${members}}`;
  const text = `{"event":"thread.run.step.delta","data":${data}}`;
  const maxBytes = Number.MAX_SAFE_INTEGER;
  return parseOpenAI(StreamEventSchema, text, { mode: "archive", maxBytes });
}

export function callDelta(call: string): StreamEvent {
  return delta(`{"step_details":{"type":"tool_calls","tool_calls":[${call}]}}`);
}

export const argument = (index: number, text: string): string =>
  `{"index":${index},"type":"function","function":{"arguments":${text}}}`;

/** Streams for an accumulator, by the part that grows. */
const streams: Readonly<Record<string, (size: number) => StreamEvent[]>> = {
  "short deltas": (size) =>
    Array.from({ length: size }, (_, index) => callDelta(argument(0, `"${index}"`))),
  "unknown members of one delta": (size) => [
    delta(`{${list(size, (index) => `"m${index}":${index}`)}}`),
  ],
  "unknown members of a call": (size) => [
    callDelta(`{"index":0,"type":"function",${list(size, (index) => `"m${index}":${index}`)}}`),
  ],
  "deltas with a new unknown member each": (size) =>
    Array.from({ length: size }, (_, index) => delta(`{"m${index}":${index}}`)),
  "deltas with a new member of an unknown object each": (size) =>
    Array.from({ length: size }, (_, index) => delta(`{"m":{"m${index}":${index}}}`)),
  "short deltas after an unknown object": (size) => [
    delta(`{"m":{${list(size, (index) => `"m${index}":${index}`)}}}`),
    ...Array.from({ length: Math.ceil(size / 20) }, () => delta('{"m":{"n":1}}')),
  ],
  "short deltas after many unknown members": (size) => [
    delta(`{${list(size, (index) => `"m${index}":${index}`)}}`),
    ...Array.from({ length: Math.ceil(size / 20) }, () => delta('{"n":1}')),
  ],
  "short deltas after half a character": (size) => [
    callDelta(argument(0, '"\\ud83d"')),
    ...Array.from({ length: size }, () => callDelta(argument(0, '"x"'))),
  ],
  "halves of characters": (size) =>
    Array.from({ length: size }, (_, index) =>
      callDelta(argument(0, index % 2 === 0 ? '"\\ud83d"' : '"\\ude42"')),
    ),
  "short deltas of an unknown tool": (size) =>
    Array.from({ length: size }, (_, index) =>
      callDelta(`{"index":0,"type":"browser","browser":{"input":"${index}"}}`),
    ),
  "entries of a map": (size) =>
    Array.from({ length: size }, (_, index) => delta(`{"metadata":{"m${index}":"1"}}`)),
  steps: (size) => Array.from({ length: size }, (_, index) => delta("{}", `step_${index}`)),
  "a long text": (size) => [callDelta(argument(0, `"${"x".repeat(size * 10)}"`))],
  "refused deltas": (size) => [
    callDelta(argument(0, '"x"')),
    ...Array.from({ length: size }, () => callDelta(argument(0, "5"))),
  ],
};

function accumulate(events: readonly StreamEvent[]): Accumulator {
  const accumulator = createAccumulator(StreamEventSchema, limits);
  for (const event of events) {
    try {
      accumulator.apply(event);
    } catch {
      // Refused events cost time too.
    }
  }
  return accumulator;
}

const accumulator: Growth[] = Object.entries(streams).map(([shape, make]) => ({
  of: ["@stepwire/accumulate:createAccumulator"],
  shape,
  ...sizesOf(shape),
  prepare: (size) => {
    const events = make(size);
    return () => accumulate(events);
  },
}));

const payload = '{"id":"s","object":"thread.run.step.delta","delta":{}}';
const event = `event: thread.run.step.delta\ndata: ${payload}\n\n`;

/** Streams of server-sent events, by the part that grows. */
const sources: Readonly<Record<string, (size: number) => string>> = {
  events: (size) => event.repeat(size),
  "lines of one event": (size) => `data: [\n${"data: 1,\n".repeat(size)}data: 1]\n\n`,
  "lines of a text": (size) => `${"data: x\n".repeat(size)}\n`,
  comments: (size) => ": x\n".repeat(size),
  "empty lines": (size) => "\n".repeat(size),
  "carriage returns": (size) => "\r".repeat(size),
  identifiers: (size) => "id: 1\n".repeat(size),
  names: (size) => "event: a\n".repeat(size),
  "unknown fields": (size) => "x: y\n".repeat(size),
  "a long comment": (size) => `:${"x".repeat(size * 10)}\n`,
  "a long payload": (size) => `data: "${"x".repeat(size * 10)}"\n\n`,
  "escapes of a payload": (size) => `data: "${'\\n\\u00e9\\"'.repeat(size)}"\n\n`,
  "unknown members": (size) =>
    event.replace("{}", () => `{${list(size, (index) => `"m${index}":${index}`)}}`),
  "a payload that is not JSON": (size) => `data: ${"{".repeat(size * 10)}\n\n`,
  "a payload behind its value": (size) => `data: 1${',"m":1'.repeat(size)}\n\n`,
  "payloads that are not JSON": (size) => "data: {\n\n".repeat(size),
};

const reading = {
  mode: "archive",
  maxEventBytes: Number.MAX_SAFE_INTEGER,
} as const;

const decoding: Growth[] = Object.entries(sources).flatMap(([shape, make]) =>
  [1024, 1].map(
    (chunk): Growth => ({
      of: ["@stepwire/openai-sse:decodeEventsToBinary"],
      shape: `${shape}, in chunks of ${chunk}`,
      // Byte by byte, a chunk costs much more than its content.
      ...(chunk > 1 && sizesOf(shape)),
      prepare: (size) => {
        const bytes = Buffer.from(make(size));
        return () =>
          drain(decodeEventsToBinary(StreamEventSchema, inChunks(bytes, chunk), reading));
      },
    }),
  ),
);

/** All events of a chunk are converted together. */
const decodingBlocks: Growth[] = Object.entries(sources).map(
  ([shape, make]): Growth => ({
    of: ["@stepwire/openai-sse:decodeEventBlocks", "@stepwire/openai-sse:createEventBlockDecoder"],
    shape: `${shape}, in chunks of 1024`,
    ...sizesOf(shape),
    prepare: (size) => {
      const bytes = Buffer.from(make(size));
      return () => drain(decodeEventBlocks(StreamEventSchema, inChunks(bytes, 1024), reading));
    },
  }),
);

export function eventsOf(size: number): StreamEvent[] {
  const one = parseOpenAI(StreamEventSchema, `{"event":"thread.run.step.delta","data":${payload}}`);
  return Array.from({ length: size }, () => one);
}

function largeEvent(shape: string): (size: number) => StreamEvent {
  const text = stepShapes[shape] ?? (() => "{}");
  return (size) =>
    parseOpenAI(StreamEventSchema, `{"event":"thread.run.step.created","data":${text(size)}}`, {
      mode: "archive",
      maxBytes: Number.MAX_SAFE_INTEGER,
    });
}

const encoding: Growth[] = [
  {
    of: ["@stepwire/openai-sse:decodeEvents"],
    shape: "events",
    prepare: (size) => {
      const bytes = Buffer.from(event.repeat(size));
      return () => drain(decodeEvents(StreamEventSchema, inChunks(bytes, 4096), reading));
    },
  },
  {
    of: ["@stepwire/openai-sse:splitEvents"],
    shape: "events",
    prepare: (size) => {
      const bytes = Buffer.from(event.repeat(size));
      return () => drain(splitEvents(StreamEventSchema, inChunks(bytes, 4096), reading));
    },
  },
  {
    of: ["@stepwire/openai-sse:createEventDecoderStream"],
    shape: "events",
    prepare: (size) => {
      const bytes = Buffer.from(event.repeat(size));
      return () => {
        const source = ReadableStream.from(inChunks(bytes, 4096));
        return drain(source.pipeThrough(createEventDecoderStream(StreamEventSchema, reading)));
      };
    },
  },
  {
    of: ["@stepwire/openai-sse:encodeEvents"],
    shape: "events",
    prepare: (size) => {
      const events = eventsOf(size);
      return () => drain(encodeEvents(StreamEventSchema, events));
    },
  },
  {
    of: ["@stepwire/openai-sse:createEventEncoderStream"],
    shape: "events",
    prepare: (size) => {
      const events = eventsOf(size);
      return () =>
        drain(ReadableStream.from(events).pipeThrough(createEventEncoderStream(StreamEventSchema)));
    },
  },
  ...["unknown members", "tool calls", "escapes", "unknown escapes"].flatMap((shape): Growth[] => [
    {
      of: ["@stepwire/openai-sse:encodeEvent"],
      shape,
      prepare: (size) => {
        const large = largeEvent(shape)(size);
        return () => encodeEvent(StreamEventSchema, large);
      },
    },
    {
      of: ["@stepwire/openai-sse:encodeEventFromBinary"],
      shape,
      prepare: (size) => {
        const large = toBinary(StreamEventSchema, largeEvent(shape)(size));
        return () => encodeEventFromBinary(StreamEventSchema, large);
      },
    },
  ]),
  {
    of: ["@stepwire/openai-sse:encodeEventFromBinary"],
    shape: "lines of a text",
    prepare: (size) => {
      const dataText = "x\n".repeat(size);
      const large = toBinary(
        StreamEventSchema,
        create(StreamEventSchema, { event: { case: "other", value: { event: "a" } }, dataText }),
      );
      return () => encodeEventFromBinary(StreamEventSchema, large);
    },
  },
  {
    of: ["@stepwire/openai-sse:encodeEventsFromBinary"],
    shape: "events",
    prepare: (size) => {
      const events = eventsOf(size).map((event) => toBinary(StreamEventSchema, event));
      return () => encodeEventsFromBinary(StreamEventSchema, events);
    },
  },
  {
    of: ["@stepwire/openai-sse:EventStreamError"],
    shape: "violations",
    prepare: (size) => {
      const violations = Array.from({ length: size }, (_, index) => ({
        code: "wrong_type" as const,
        pointer: `/${index}`,
        path: "",
        expected: "a string",
        found: "1",
      }));
      return () => Array.from({ length: 100 }, () => new EventStreamError(0, violations)).length;
    },
  },
];

export async function* asyncList<Element>(elements: readonly Element[]): AsyncGenerator<Element> {
  for (const element of elements) {
    yield await Promise.resolve(element);
  }
}

/** Starts a service until the end of the test. Returns its address. */
async function serve(
  httpVersion: "1.1" | "2",
  step: Uint8Array,
  events: readonly Uint8Array[],
): Promise<string> {
  const source = createSource(RunStepService, {
    getRunStep: async () => await Promise.resolve({ content: step }),
    streamRunEvents: async () => await Promise.resolve({ events: asyncList(events) }),
  });
  const server = createServiceServer(RunStepService, source);
  const handler = createNodeHandler(server.handlers);
  const http = httpVersion === "2" ? createHttp2(handler) : createHttp1(handler);
  http.on("session", (session: ServerHttp2Session) => onTestFinished(() => session.destroy()));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(() => {
    server.close();
    http.close();
  });
  // A server on a port has an address of this kind.
  const { port } = http.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** Starts a service with a client until the end of the test. */
async function openService(
  step: Uint8Array,
  events: readonly Uint8Array[],
): Promise<ServiceClient> {
  const baseUrl = await serve("2", step, events);
  return new ServiceClient(createTransport({ baseUrl }));
}

const service = [
  "@stepwire/connect:createSource",
  "@stepwire/connect:createServiceServer",
  "@stepwire/connect:createNodeHandler",
  "@stepwire/connect:createTransport",
  "@stepwire/connect:ServiceClient",
];

const { getRunStep, streamRunEvents } = RunStepService.method;

const connect: Growth[] = [
  {
    of: service,
    shape: "events of a stream",
    prepare: async (size) => {
      const binary = toBinary(StreamEventSchema, eventsOf(1)[0] ?? create(StreamEventSchema));
      const client = await openService(
        new Uint8Array(),
        Array.from({ length: size }, () => binary),
      );
      const start = { case: "createThreadAndRun", value: { body: "{}" } } as const;
      return async () => drain(await client.open(streamRunEvents, { start }));
    },
  },
  {
    of: service,
    shape: "bytes of a step",
    largest: 2_000_000,
    prepare: async (size) => {
      const step = create(RunStepSchema, { id: "x".repeat(size) });
      const client = await openService(toBinary(RunStepSchema, step), []);
      return () => client.call(getRunStep, { threadId: "t", runId: "r", stepId: "s" });
    },
  },
  {
    of: ["@stepwire/connect/web:ServiceClient", "@stepwire/connect/web:createWebTransport"],
    shape: "events of a stream",
    prepare: async (size) => {
      const binary = toBinary(StreamEventSchema, eventsOf(1)[0] ?? create(StreamEventSchema));
      const events = Array.from({ length: size }, () => binary);
      const baseUrl = await serve("1.1", new Uint8Array(), events);
      const client = new WebClient(createWebTransport({ baseUrl }));
      const start = { case: "createThreadAndRun", value: { body: "{}" } } as const;
      return async () => drain(await client.open(streamRunEvents, { start }));
    },
  },
  {
    of: ["@stepwire/connect/internal:encoded"],
    shape: "bytes of a message",
    prepare: (size) => {
      const step = create(RunStepSchema, { id: "x".repeat(size) });
      return () => encoded(RunStepSchema, step);
    },
  },
  {
    of: ["@stepwire/connect/internal:encodedEvents"],
    shape: "bytes of a message",
    prepare: (size) => {
      const step = create(RunStepSchema, { id: "x".repeat(size) });
      return () => encodedEvents(RunStepSchema, step);
    },
  },
  {
    of: ["@stepwire/connect/internal:mapEvents"],
    shape: "events",
    prepare: (size) => {
      const events = eventsOf(size);
      return () => drain(mapEvents(asyncList(events), { map: (each) => each }));
    },
  },
  ...[passedRequestHeaders, passedResponseHeaders].map(
    (pass): Growth => ({
      of: [`@stepwire/connect/internal:${pass.name}`],
      shape: "headers",
      // Fewer headers fit into the caches of the processor, which would make the smaller input
      // several times as fast.
      least: 100_000,
      largest: 1_000_000,
      prepare: (size) => {
        const headers = Array.from(
          { length: size },
          (_, index) => [`x-ratelimit-${index}`, "1"] as const,
        );
        return () => pass(headers);
      },
    }),
  ),
  {
    of: ["@stepwire/connect:OpenAIHttpError", "@stepwire/connect/web:OpenAIHttpError"],
    shape: "bytes of a message",
    prepare: (size) => {
      const message = "é\n".repeat(size);
      return () => OpenAIHttpError.create(400, { message });
    },
  },
];

/** Growth tests for everything that reads or writes streams. */
export const streamGrowth: readonly Growth[] = [
  ...accumulator,
  ...decoding,
  ...decodingBlocks,
  ...encoding,
  ...connect,
];
