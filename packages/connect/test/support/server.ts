import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer as createHttp1 } from "node:http";
import { createServer as createHttp2, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { create, toBinary } from "@bufbuild/protobuf";
import { RunStepService, StreamEventSchema } from "@stepwire/core";
import { onTestFinished } from "vitest";
import {
  createNodeHandler,
  createServiceServer,
  createSource,
  createTransport,
  type NodeHandlerOptions,
  OpenAIHttpError,
  type Protocol,
  ServiceClient,
  type ServiceServer,
  type ServiceServerOptions,
  type Source,
  type SourceHandlers,
} from "../../src/index.js";

/** Each way to reach the service. */
export const wires: readonly { protocol: Protocol; httpVersion: "1.1" | "2" }[] = [
  { protocol: "stream", httpVersion: "1.1" },
  { protocol: "stream", httpVersion: "2" },
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
  readonly client: ServiceClient;
  readonly server: ServiceServer;
  /** How many connections the server has. */
  connections(): Promise<number>;
}

/** Serves a source over one protocol until the end of the test. */
export async function serve(
  source: SourceHandlers<typeof RunStepService> & Pick<Source, "reopen">,
  wire: Wire,
  options: ServiceServerOptions & NodeHandlerOptions = {},
): Promise<TestService> {
  const handlers: SourceHandlers<typeof RunStepService> = {
    getRunStep: (...call) => (source.getRunStep ?? refuse)(...call),
    listRunSteps: (...call) => (source.listRunSteps ?? refuse)(...call),
    streamRunEvents: (...call) => source.streamRunEvents?.(...call) ?? refuse(),
  };
  const server = createServiceServer(
    RunStepService,
    createSource(RunStepService, handlers, source),
    options,
  );
  const listener = createNodeHandler(server.handlers, options);
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
  const transport = createTransport({ baseUrl: url, ...wire });
  const count = promisify(http.getConnections.bind(http));
  const connections = async (): Promise<number> => await count();
  return { url, client: new ServiceClient(transport), server, connections };
}

const refuse = async (): Promise<never> =>
  await Promise.reject(OpenAIHttpError.create(404, { message: "not here" }));

/** An event of about this many bytes. */
export function event(number: number, size = 10, text: string = "x".repeat(size)): Uint8Array {
  const data = JSON.stringify({ number, text });
  return toBinary(
    StreamEventSchema,
    create(StreamEventSchema, { event: { case: "other", value: { event: "test", data } } }),
  );
}

/** Returns a text of which no part comes again in a stream, so that each event takes its size. */
export function noise(seed: number, size: number): string {
  let text = "";
  while (text.length < size) {
    text += createHash("sha256").update(`${seed} ${text.length}`).digest("hex");
  }
  return text.slice(0, size);
}

/** The rpcs of the service. */
export const rpcs: typeof RunStepService.method = RunStepService.method;

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
