import { once } from "node:events";
import { createServer as createHttp1 } from "node:http";
import { createServer as createHttp2, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { create, toBinary } from "@bufbuild/protobuf";
import { StreamEventSchema } from "@stepwire/core";
import { onTestFinished } from "vitest";
import {
  createNodeHandler,
  createRunStepServer,
  createRunStepTransport,
  type NodeHandlerOptions,
  OpenAIHttpError,
  type Protocol,
  RunStepBytesClient,
  type RunStepServer,
  type RunStepServiceOptions,
  type RunStepSource,
} from "../../src/index.js";

/** Each way to reach the service. */
export const wires: readonly { protocol: Protocol; httpVersion: "1.1" | "2" }[] = [
  { protocol: "connect", httpVersion: "1.1" },
  { protocol: "connect", httpVersion: "2" },
  { protocol: "grpc", httpVersion: "2" },
  { protocol: "grpc-web", httpVersion: "1.1" },
  { protocol: "grpc-web", httpVersion: "2" },
];

/** One of them. */
export type Wire = (typeof wires)[number];

/** A service and a client of it. */
export interface TestService {
  readonly url: string;
  readonly client: RunStepBytesClient;
  readonly server: RunStepServer;
  /** How many connections the server has. */
  connections(): Promise<number>;
}

/** Serves a source over one wire, for the time of a test. */
export async function serve(
  source: Partial<RunStepSource>,
  wire: Wire,
  options: RunStepServiceOptions & NodeHandlerOptions = {},
): Promise<TestService> {
  const server = createRunStepServer(
    {
      getRunStep: (...call) => (source.getRunStep ?? refuse)(...call),
      listRunSteps: (...call) => (source.listRunSteps ?? refuse)(...call),
      openRunEvents: (...call) => source.openRunEvents?.(...call) ?? refuse(),
      ...(source.reopenRunEvents && { reopenRunEvents: source.reopenRunEvents }),
    },
    options,
  );
  const listener = createNodeHandler(server.implementation, options);
  const http = wire.httpVersion === "2" ? createHttp2(listener) : createHttp1(listener);
  const sessions = new Set<ServerHttp2Session>();
  http.on("session", (session: ServerHttp2Session) => sessions.add(session));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(() => {
    server.close();
    for (const session of sessions) {
      session.destroy();
    }
    if ("closeAllConnections" in http) {
      http.closeAllConnections();
    }
    http.close();
  });
  // A server on a port has an address of this kind.
  const { port } = http.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const transport = createRunStepTransport({ baseUrl: url, ...wire });
  const count = promisify(http.getConnections.bind(http));
  const connections = async (): Promise<number> => await count();
  return { url, client: new RunStepBytesClient(transport), server, connections };
}

const refuse = async (): Promise<never> =>
  await Promise.reject(OpenAIHttpError.create(404, { message: "not here" }));

/** An event of about this many bytes. */
export function event(number: number, size = 10): Uint8Array {
  const data = JSON.stringify({ number, text: "x".repeat(size) });
  return toBinary(
    StreamEventSchema,
    create(StreamEventSchema, { event: { case: "other", value: { event: "test", data } } }),
  );
}

/** How a stream begins, where that does not matter. */
export const start = {
  case: "createThreadAndRun",
  value: { body: '{"stream":true}' },
} as const;

/** All elements, in order. */
export async function all<Element>(elements: AsyncIterable<Element>): Promise<Element[]> {
  const seen: Element[] = [];
  for await (const element of elements) {
    seen.push(element);
  }
  return seen;
}
