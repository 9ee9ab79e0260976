import { toJson } from "@bufbuild/protobuf";
import { ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { RunStepService, StreamRunEventsResponseSchema } from "@stepwire/core";
import {
  createTransport,
  type Header,
  OpenAIHttpError,
  type Protocol,
  ServiceClient,
} from "../../src/index.js";
import { STREAM_ID } from "./service.js";

/** A way to reach the service. */
export interface RecordedWire {
  readonly name: string;
  readonly protocol: Exclude<Protocol, "stream">;
  readonly httpVersion: "1.1" | "2";
  readonly compression?: boolean;
  /** Whether messages are JSON, and calls without side effects use GET. */
  readonly json?: boolean;
}

/** The ways whose traffic is recorded. */
export const recordedWires: readonly RecordedWire[] = [
  { name: "connect-http1", protocol: "connect", httpVersion: "1.1" },
  { name: "connect-http2-gzip", protocol: "connect", httpVersion: "2", compression: true },
  { name: "connect-json-get", protocol: "connect", httpVersion: "1.1", json: true },
  { name: "grpc", protocol: "grpc", httpVersion: "2" },
  { name: "grpc-gzip", protocol: "grpc", httpVersion: "2", compression: true },
  { name: "grpc-web-http1", protocol: "grpc-web", httpVersion: "1.1" },
];

const headers: readonly Header[] = [["authorization", "Bearer invented"]];
const createRun = (threadId: string) =>
  ({ case: "createRun", value: { threadId, body: '{"stream":true}' } }) as const;
const ids = { threadId: "thread_1", runId: "run_1" };
const callOptions = { headers: Object.fromEntries(headers) };

/** Does something as a client, and returns what it sees as JSON. */
export type Operation = (baseUrl: string, wire: RecordedWire) => Promise<unknown>;

function transportTo(baseUrl: string, { json, ...wire }: RecordedWire): Transport {
  return json === true
    ? createConnectTransport({
        baseUrl,
        httpVersion: "1.1",
        useBinaryFormat: false,
        useHttpGet: true,
        acceptCompression: [],
      })
    : createTransport({ baseUrl, ...wire });
}

async function readAll(baseUrl: string, wire: RecordedWire, threadId: string): Promise<unknown> {
  const client = new ServiceClient(createTransport({ baseUrl, ...wire }));
  const seen: unknown[] = [];
  try {
    const start = createRun(threadId);
    const stream = await client.open(RunStepService.method.streamRunEvents, { start }, { headers });
    seen.push(stream.status, stream.headers);
    for await (const { number, event } of stream) {
      seen.push([number, base64(event)]);
    }
  } catch (error) {
    seen.push(errorSeen(error));
  }
  return seen;
}

async function call(
  baseUrl: string,
  wire: RecordedWire,
  ask: (client: ServiceClient) => ReturnType<ServiceClient["call"]>,
): Promise<unknown> {
  try {
    const {
      bytes,
      status,
      headers: passed,
    } = await ask(new ServiceClient(createTransport({ baseUrl, ...wire })));
    return [status, passed, base64(bytes)];
  } catch (error) {
    return errorSeen(error);
  }
}

async function responses(
  baseUrl: string,
  wire: RecordedWire,
  request: Parameters<ReturnType<typeof plainClient>["streamRunEvents"]>[0],
): Promise<unknown> {
  const seen: unknown[] = [];
  try {
    const stream = plainClient(baseUrl, wire).streamRunEvents(request, callOptions);
    for await (const response of stream) {
      seen.push(toJson(StreamRunEventsResponseSchema, response));
    }
  } catch (error) {
    seen.push(errorSeen(error));
  }
  return seen;
}

function plainClient(baseUrl: string, wire: RecordedWire) {
  return createClient(RunStepService, transportTo(baseUrl, wire));
}

const { getRunStep, listRunSteps } = RunStepService.method;
const resumeWindow = { seconds: 5n, nanos: 0 };

/** What clients do, by name. The first five pass payloads on as bytes, the others read messages. */
const binaryOperations: Readonly<Record<string, Operation>> = {
  "a step": (url, wire) =>
    call(url, wire, (client) => client.call(getRunStep, { ...ids, stepId: "step_1" }, { headers })),
  "a step that does not exist": (url, wire) =>
    call(url, wire, (client) => client.call(getRunStep, { ...ids, stepId: "x" }, { headers })),
  "a page of steps": (url, wire) =>
    call(url, wire, (client) => client.call(listRunSteps, ids, { headers })),
  "a stream": (url, wire) => readAll(url, wire, "whole"),
  "a stream that fails": (url, wire) => readAll(url, wire, "fails"),
  "a stream that is refused": (url, wire) => readAll(url, wire, "refused"),
};

const messageOperations: Readonly<Record<string, Operation>> = {
  "the message of a step": async (url, wire) => {
    const { runStep } = await plainClient(url, wire).getRunStep(
      { ...ids, stepId: "step_1" },
      callOptions,
    );
    return [runStep?.id, String(runStep?.createdAt)];
  },
  "the messages of a stream": (url, wire) =>
    responses(url, wire, { start: createRun("whole"), resumeWindow }),
  "the rest of a stream": (url, wire) =>
    responses(url, wire, {
      start: { case: "resume", value: { streamId: STREAM_ID, after: 3 } },
      resumeWindow,
    }),
  "the rest of a stream that does not exist": (url, wire) =>
    responses(url, wire, {
      start: { case: "resume", value: { streamId: "stream_unknown", after: 3 } },
    }),
  "a stream that is closed": async (url, wire) => {
    await plainClient(url, wire).closeRunEvents({ streamId: STREAM_ID }, callOptions);
    return "closed";
  },
};

/** Returns what clients do over a wire, by name. */
export function operationsOver({ json }: RecordedWire): Readonly<Record<string, Operation>> {
  return json === true ? messageOperations : { ...binaryOperations, ...messageOperations };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function errorSeen(reason: unknown): unknown {
  const { code, rawMessage } = ConnectError.from(reason);
  const { status, headers: passed, body } = OpenAIHttpError.from(reason);
  return { code, message: rawMessage, status, headers: passed, body: Buffer.from(body).toString() };
}
