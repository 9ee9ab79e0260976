import type { Random } from "@stepwire/testing";
import { runStepObject } from "@stepwire/testing";
import { recordedStreams, responseStream } from "../run/recorded.js";
import type { ClientPlan, Exchange, GatewayInput, UpstreamPlan } from "./input.js";

const LONGEST_STREAM = 6000;

let recorded: readonly string[] | undefined;

/** Some exchanges at once; most have one thing wrong on either side. */
export function generateGatewayInput(random: Random): GatewayInput {
  recorded ??= [...recordedStreams(), responseStream()].map((bytes) =>
    Buffer.from(bytes).toString("latin1"),
  );
  const streams = recorded;
  const length = 1 + random.below(6);
  return { exchanges: Array.from({ length }, () => exchange(random, streams)) };
}

function exchange(random: Random, streams: readonly string[]): Exchange {
  const client = clientPlan(random);
  return { client, upstream: upstreamPlan(client.operation, random, streams) };
}

const rawRequests = [
  "GET / HTTP/1.1\r\n\r\n",
  "GET /healthz HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
  "GET /v1/threads/t/runs/r/steps HTTP/9.9\r\nhost: a\r\n\r\n",
  "BREW /v1 HTTP/1.1\r\nhost: a\r\n\r\n",
  "GET /%zz%00 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
  "GET /v1/threads/%2e%2e/runs/r/steps/s?%ff=%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
  "POST /v1/threads/runs HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\n{}",
  "POST /v1/threads/runs HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
  "POST /v1/threads/runs HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
  "POST /v1/threads/runs HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
  "POST /v1/threads/runs HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
  "GET /healthz HTTP/1.1\r\nhost: a\r\nx: \x01\r\n\r\n",
  "GET /healthz HTTP/1.1\r\nhost: a\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
  "\r\n\r\n\r\n",
  "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x04\xff\xff\xff\xff",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x04\x01\x04\x00\x00\x00\x01\x82\x84\x86\x41",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\x00\x00\x00\x00\x00\x01",
  "PRI * HTTP/2.0\r\n\r\nSX",
] as const;

function clientPlan(random: Random): ClientPlan {
  const isRaw = random.chance(0.2);
  const operations = [
    "create_run",
    "create_run",
    "create_thread_and_run",
    "submit",
    "step",
    "list",
    "create_response",
    "response",
    "response_events",
    "delete_response",
    "other",
  ] as const;
  const bodies = [
    '{"stream":true}',
    '{"stream":true}',
    '{"stream":true,"x":"é"}',
    '{"stream":false}',
    "{",
    "",
    "[]",
    "null",
  ] as const;
  return {
    target: isRaw && random.chance(0.5) ? "ingress" : "egress",
    operation: isRaw ? "raw" : random.pick(operations),
    bytes: isRaw ? rawBytes(random) : "",
    query: random.chance(0.8)
      ? ""
      : random.pick([
          "limit=2&order=asc",
          "limit=x",
          "include[]=a&include[]=b",
          "%zz=1",
          "a=%ff&a=",
          "order=desc&after=%00",
        ] as const),
    body: random.chance(0.85) ? bodies[0] : random.pick(bodies),
    abortAt: random.chance(0.1) ? random.below(3000) : undefined,
    pieces: random.chance(0.1) ? 1 + random.below(100) : undefined,
  };
}

function rawBytes(random: Random): string {
  const request: string = random.pick(rawRequests);
  if (random.chance(0.6)) {
    return request;
  }
  const place = random.below(request.length + 1);
  const odd = random.pick([
    "\0",
    "\r",
    "\n",
    " ",
    ":",
    "\xff",
    "A".repeat(300),
    "\x00\x00\x04\x08\x00\x00\x00\x00\x01\x00\x00\x00\x00",
  ] as const);
  return `${request.slice(0, place)}${odd}${request.slice(place + random.below(3))}`;
}

function upstreamPlan(
  operation: ClientPlan["operation"],
  random: Random,
  streams: readonly string[],
): UpstreamPlan {
  const isStream = !["step", "list", "response", "delete_response", "raw"].includes(operation);
  const status = random.chance(0.8)
    ? 200
    : random.pick([201, 204, 302, 307, 400, 401, 404, 409, 429, 500, 503] as const);
  const isOk = status === 200;
  const body = isOk
    ? isStream
      ? streamBody(random, streams)
      : documentBody(operation, random)
    : errorBody(random);
  const type = isOk && isStream ? "text/event-stream; charset=utf-8" : "application/json";
  const plan: UpstreamPlan = {
    status,
    contentType: type,
    headers: random.chance(0.3)
      ? [
          ["x-request-id", "req_1"],
          ["retry-after", "1"],
        ]
      : [],
    body,
    encoding: "identity",
    framing: random.pick(["chunked", "chunked", "length", "close"] as const),
    head: "",
    pauses: random.chance(0.3) ? [[random.below(2000), random.below(150)]] : [],
    cutAt: undefined,
    cut: "reset",
  };
  return random.chance(0.5) ? plan : { ...plan, ...flaw(random) };
}

function flaw(random: Random): Partial<UpstreamPlan> {
  switch (random.below(8)) {
    case 0:
      return { encoding: random.pick(["gzip", "br", "zstd"] as const) };
    case 1:
      return {
        contentType: random.pick([
          "text/plain",
          "text/html",
          "application/octet-stream",
          "",
          undefined,
        ] as const),
      };
    case 2:
      return {
        framing: "none",
        head: random.pick([
          "",
          "HTTP/1.1 200\r\n\r\n",
          "HTTP/1.1 999 X\r\n\r\n",
          "nonsense\r\n\r\n",
          "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
          "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
          `HTTP/1.1 200 OK\r\nx: ${"y".repeat(40_000)}\r\n\r\n`,
        ] as const),
      };
    case 3:
      return { framing: "too-long" };
    default:
      return {
        cutAt: random.below(4000),
        // A stall takes seconds.
        cut: random.pick(["reset", "reset", "reset", "end", "end", "stall"] as const),
      };
  }
}

function streamBody(random: Random, streams: readonly string[]): string {
  const stream = random.pick(streams) ?? "";
  const body = random.chance(0.4) ? stream : stream.slice(0, random.below(LONGEST_STREAM));
  if (random.chance(0.5)) {
    return body;
  }
  const odd = random.pick([
    "\xef\xbb\xbf",
    ": comment\n",
    "\r\n\r\n",
    "event: x\n\n",
    "data: {\n\n",
    "data: \xff\n\n",
    "data: [DONE]\n\n",
    'event: error\ndata: {"error":{"message":"x"}}\n\n',
    "id: 7\n",
    "retry: 10\n",
  ] as const);
  // Between two events, where it does not tear one apart.
  const place = random.chance(0.3) ? 0 : body.indexOf("\n\n", random.below(body.length + 1)) + 2;
  return place < 2 && place !== 0
    ? `${odd}${body}`
    : `${body.slice(0, place)}${odd}${body.slice(place)}`;
}

function documentBody(operation: ClientPlan["operation"], random: Random): string {
  const step = runStepObject({ id: "step_é", x: random.below(9) });
  const document =
    operation === "list"
      ? { object: "list", data: [step], first_id: "a", last_id: "b", has_more: false }
      : operation === "step"
        ? step
        : { id: "resp_é", object: "response", output: [step], deleted: true };
  const json = JSON.stringify(document);
  const bytes = Buffer.from(json).toString("latin1");
  return random.chance(0.7)
    ? bytes
    : random.pick([
        `\xef\xbb\xbf${bytes}`,
        bytes.slice(0, -1),
        "",
        "[]",
        "null",
        `${bytes} x`,
        `${bytes}\xff`,
        '{"a":1,"a":2}',
        "<html>",
      ] as const);
}

function errorBody(random: Random): string {
  const error = '{"error":{"message":"x","type":"invalid_request_error","param":null,"code":null}}';
  return random.pick([
    error,
    error,
    "",
    "<html>busy</html>",
    "{",
    `{"error":{"message":"${"y".repeat(20_000)}"}}`,
  ] as const);
}
