/*
 * Starts runs through an ingress, and serves their streams by the protocol of Durable Streams.
 *
 *   node serve.ts http://127.0.0.1:8081 4437
 *   curl -i -X POST 'http://127.0.0.1:4437/streams?thread=thread_1' --json '{"assistant_id":"asst_1"}'
 */
import { createServer } from "node:http";
import { Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import { createTransport, ServiceClient } from "@stepwire/connect";
import { RunStepService, StreamEventSchema } from "@stepwire/core";
import { createTranscoder } from "@stepwire/transcode";
import { FrontDoor } from "./front-door.ts";

/** Maximum size of the body of a request. */
const MAX_BODY = 1024 * 1024;

const [ingress = "", port = "4437"] = process.argv.slice(2);
const client = new ServiceClient(createTransport({ baseUrl: ingress, protocol: "stream" }));
const transcoder = createTranscoder(StreamEventSchema);
const door = new FrontDoor();

async function startRun(request: Request): Promise<Response> {
  const body = await request.text();
  const thread = new URL(request.url).searchParams.get("thread") ?? "";
  const owner = request.headers.get("authorization");
  const stream = await client.open(
    RunStepService.method.streamRunEvents,
    { start: { case: "createRun", value: { threadId: thread, body } } },
    { headers: owner === null ? [] : [["authorization", owner]] },
  );
  const path = door.open(textsOf(stream), owner);
  return new Response(null, { status: 201, headers: { location: path } });
}

async function* textsOf(events: AsyncIterable<{ readonly event: Uint8Array }>) {
  for await (const { event } of events) {
    yield new TextDecoder().decode(transcoder.toJson(event));
  }
}

function answer(request: Request): Response | Promise<Response> {
  if (request.method !== "POST" || new URL(request.url).pathname !== "/streams") {
    return door.fetch(request);
  }
  if (door.isFull) {
    return new Response("too many streams", { status: 429 });
  }
  if (Number(request.headers.get("content-length") ?? Number.NaN) <= MAX_BODY) {
    return startRun(request);
  }
  return new Response(`content-length must be at most ${MAX_BODY}`, { status: 413 });
}

const server = createServer(async (incoming, outgoing) => {
  const left = new AbortController();
  outgoing.once("close", () => left.abort());
  const hasBody = incoming.method === "POST";
  const request = new Request(new URL(incoming.url ?? "", "http://127.0.0.1"), {
    method: incoming.method ?? "GET",
    headers: Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    ),
    signal: left.signal,
    ...(hasBody && { body: Readable.toWeb(incoming) as ReadableStream, duplex: "half" }),
  });
  let response: Response;
  try {
    response = await answer(request);
  } catch (error) {
    console.error(error);
    response = new Response("the run could not be started", { status: 502 });
  }
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) {
    outgoing.end();
  } else {
    Readable.fromWeb(response.body as NodeReadableStream).pipe(outgoing);
  }
});
server.listen(Number(port), "127.0.0.1", () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === "object" ? address?.port : port}`);
});
