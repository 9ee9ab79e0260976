import { jsonEqual } from "@stepwire/testing";
import { simplerElements, smallerLists, smallerTexts } from "../run/smaller.js";
import { demand, type Target } from "../run/target.js";
import { type OracleEvent, readEvents } from "../sse/oracle.js";
import { type Answer, parseAnswer } from "./answer.js";
import { send } from "./client.js";
import { generateGatewayInput } from "./generate.js";
import {
  type ClientPlan,
  type Exchange,
  type GatewayInput,
  readGatewayInput,
  type UpstreamPlan,
} from "./input.js";
import { type GatewayProcess, startGateway } from "./processes.js";
import { answerBytes, bodyBytes, FuzzUpstream } from "./upstream.js";

/** Must never be in a log. */
const TOKEN = "sk-fuzz-7f3a9c";
/** Beyond every timeout that the gateways are started with. */
const LONGEST_ANSWER = 12_000;
const NO_CONTENT = 204;
const LARGEST_RSS = 700 * 1024 * 1024;
/** After how many inputs the processes are looked at closely. */
const INSPECTED_EVERY = 100;
/** How many handles a process may hold while idle, beyond those of its start. */
const SPARE_HANDLES = 40;

const limits = [
  "--request-timeout=2s",
  "--answer-timeout=2s",
  "--stream-timeout=4s",
  "--idle-timeout=3s",
  "--resume-window=500ms",
  "--max-body=64K",
];

/** Both gateways before an upstream. */
interface Chain {
  readonly upstream: FuzzUpstream;
  readonly ingress: GatewayProcess;
  readonly egress: GatewayProcess;
}

let chain: Chain | undefined;
let exchanges = 0;
let inputs = 0;

/** Fuzzes both roles of the gateway as processes, on loopback. */
export const gatewayTarget: Target<GatewayInput> = {
  name: "gateway",
  generate: generateGatewayInput,
  read: readGatewayInput,
  async check(input) {
    const running = await openChain();
    try {
      await Promise.all(input.exchanges.map((exchange) => checkExchange(running, exchange)));
      await checkHealth(running);
      if (++inputs % INSPECTED_EVERY === 0) {
        await inspect(running);
      }
    } catch (reason) {
      if (!running.ingress.isAlive() || !running.egress.isAlive()) {
        closeChain();
      }
      throw reason;
    }
  },
  *smaller({ exchanges: all }) {
    for (const fewer of smallerLists(all)) {
      if (fewer.length > 0) {
        yield { exchanges: fewer };
      }
    }
    for (const simpler of simplerElements(all, simplerExchange)) {
      yield { exchanges: simpler };
    }
  },
  async close() {
    try {
      if (chain !== undefined) {
        await inspect(chain);
      }
    } finally {
      closeChain();
    }
  },
};

function* simplerExchange({ client, upstream }: Exchange): Generator<Exchange> {
  const changes: Partial<UpstreamPlan>[] = [
    { pauses: [] },
    { headers: [] },
    { cutAt: undefined },
    { encoding: "identity" },
    { framing: "length" },
  ];
  for (const change of changes) {
    const changed = { ...upstream, ...change };
    if (JSON.stringify(changed) !== JSON.stringify(upstream)) {
      yield { client, upstream: changed };
    }
  }
  const clients: Partial<ClientPlan>[] = [
    { query: "" },
    { abortAt: undefined },
    { pieces: undefined },
  ];
  for (const change of clients) {
    const changed = { ...client, ...change };
    if (JSON.stringify(changed) !== JSON.stringify(client)) {
      yield { client: changed, upstream };
    }
  }
  for (const body of smallerTexts(upstream.body)) {
    yield { client, upstream: { ...upstream, body } };
  }
}

async function openChain(): Promise<Chain> {
  if (chain === undefined) {
    const upstream = new FuzzUpstream();
    const url = await upstream.listen();
    const ingress = await startGateway(["ingress", `--upstream=${url}`, ...limits]);
    const egress = await startGateway(["egress", `--backend=${ingress.url.origin}`, ...limits]);
    chain = { upstream, ingress, egress };
  }
  return chain;
}

function closeChain(): void {
  chain?.upstream.close();
  chain?.egress.kill();
  chain?.ingress.kill();
  chain = undefined;
}

async function checkExchange(running: Chain, { client, upstream }: Exchange): Promise<void> {
  const key = `fuzz-${++exchanges}-x`;
  running.upstream.plan(key, upstream);
  try {
    const { bytes, ending } = await send({
      url: running[client.target].url,
      bytes: requestBytes(client, key),
      pieces: client.pieces,
      abortAt: client.abortAt,
      milliseconds: LONGEST_ANSWER,
    });
    demand(ending !== "hung", "every answer ends within the timeouts", bytes.toString("latin1"));
    if (ending === "left") {
      return;
    }
    const answer = parseAnswer(bytes);
    if (client.operation === "raw") {
      checkRaw(answer);
      return;
    }
    demand(answer !== undefined, "every request is answered", bytes.toString("latin1"));
    checkAnswer(answer, client, upstream);
  } finally {
    running.upstream.forget(key);
  }
}

function requestBytes({ operation, bytes, query, body }: ClientPlan, key: string): Buffer {
  const run = `/v1/threads/${key}/runs`;
  const response = `/v1/responses/${key}`;
  const paths = {
    create_run: run,
    create_thread_and_run: "/v1/threads/runs",
    submit: `${run}/run_1/submit_tool_outputs`,
    step: `${run}/run_1/steps/step_1`,
    list: `${run}/run_1/steps`,
    create_response: "/v1/responses",
    response,
    response_events: `${response}?stream=true`,
    delete_response: response,
    other: `/v1/other/${key}`,
  } as const;
  if (operation === "raw") {
    return Buffer.from(bytes, "latin1");
  }
  const path = paths[operation];
  const separator = path.includes("?") ? "&" : "?";
  const method = methodOf(operation);
  const hasBody = method === "POST";
  const lines = [
    `${method} ${path}${query === "" ? "" : separator + query} HTTP/1.1`,
    "host: 127.0.0.1",
    `authorization: Bearer ${TOKEN}`,
    // A request without a thread in its path is known by this.
    `x-client-request-id: ${key}`,
    "connection: close",
  ];
  const content = Buffer.from(body);
  const more = hasBody
    ? ["content-type: application/json", `content-length: ${content.length}`]
    : [];
  const head = Buffer.from(`${[...lines, ...more].join("\r\n")}\r\n\r\n`);
  return hasBody ? Buffer.concat([head, content]) : head;
}

function methodOf(operation: ClientPlan["operation"]): "GET" | "POST" | "DELETE" {
  if (operation === "delete_response") {
    return "DELETE";
  }
  return ["step", "list", "response", "response_events"].includes(operation) ? "GET" : "POST";
}

/** What a client that does not speak HTTP gets: an error of the API, or a closed connection. */
function checkRaw(answer: Answer | undefined): void {
  if (answer !== undefined && answer.status >= 400 && answer.status !== 503) {
    checkApiError(answer, "a malformed request is answered with an error of the API");
  }
}

function isApiError({ body }: Answer): boolean {
  try {
    const value: unknown = JSON.parse(body.toString());
    return (
      typeof value === "object" &&
      value !== null &&
      "error" in value &&
      typeof value.error === "object"
    );
  } catch {
    return false;
  }
}

function checkApiError(answer: Answer, invariant: string): void {
  const text = answer.body.toString("latin1").slice(0, 500);
  demand(isApiError(answer), invariant, `${answer.status} ${text}`);
  demand(answer.isComplete, "an error comes whole", `${answer.status} ${text}`);
}

/** Whether an upstream told its whole answer, as a client of HTTP sees it. */
function isWhole(plan: UpstreamPlan): boolean {
  if (plan.framing === "none" || plan.framing === "too-long") {
    return false;
  }
  // Without a length, the end of the connection is the end of the answer.
  const endsAsUsual = plan.framing === "close" && plan.cut === "end";
  return !isCut(plan) || (endsAsUsual && plan.encoding === "identity");
}

/**
 * Whether a cut answer may seem whole, shorter than it was sent even: for undici, which
 * follows what macOS does, a reset connection ends an answer without a length as usual.
 */
function maySeemWhole(plan: UpstreamPlan): boolean {
  return plan.framing === "close" && plan.cut === "reset" && plan.encoding === "identity";
}

function isCut(plan: UpstreamPlan): boolean {
  return plan.cutAt !== undefined && plan.cutAt < answerBytes(plan).length;
}

/** The body as far as it was sent, where nothing but its end tells that it is whole. */
function sentBody(plan: UpstreamPlan): Buffer {
  if (plan.framing !== "close" || plan.encoding !== "identity") {
    return Buffer.from(plan.body, "latin1");
  }
  const bytes = answerBytes(plan);
  return bytes.subarray(bytes.indexOf("\r\n\r\n") + 4, plan.cutAt);
}

/** Whether a body is the one that the upstream sent with an error. */
function isErrorBody(body: Buffer, upstream: UpstreamPlan): boolean {
  const sent = sentBody(upstream);
  const end = maySeemWhole(upstream) ? body.length : sent.length;
  return Buffer.compare(body, sent.subarray(0, end)) === 0;
}

/** Whether a request has no endpoint, or a query that no field can hold: it is passed through. */
function isPassedThrough({ operation, query }: ClientPlan): boolean {
  return operation === "other" || query.includes("%ff");
}

/** Whether a request gets a stream; the services answer all others with a document. */
function isStreamAsked({ operation, body }: ClientPlan): boolean {
  return (
    operation === "response_events" ||
    (methodOf(operation) === "POST" && body.includes('"stream":true'))
  );
}

/** Checks an answer whose bytes the gateways do not read. */
function checkPassed(answer: Answer, upstream: UpstreamPlan): void {
  if (upstream.framing === "none") {
    return;
  }
  const sent = bodyBytes(upstream);
  const isStart = Buffer.compare(answer.body, sent.subarray(0, answer.body.length)) === 0;
  if (answer.status !== upstream.status || !isStart) {
    checkApiError(answer, "what is passed through is the upstream's, or an error of the API");
    return;
  }
  const isEnd = answer.isComplete && upstream.status !== NO_CONTENT;
  if (isEnd && !maySeemWhole(upstream)) {
    demand(isWhole(upstream), "what was cut does not end regularly", answer.body.toString());
    const isAll = isCut(upstream) || answer.body.length === sent.length;
    demand(isAll, "all of the answer arrives", `${answer.body.length} of ${sent.length} bytes`);
  }
}

function checkAnswer(answer: Answer, client: ClientPlan, upstream: UpstreamPlan): void {
  if (isPassedThrough(client)) {
    checkPassed(answer, upstream);
    return;
  }
  if (answer.status >= 400) {
    if (answer.status !== upstream.status || !isErrorBody(answer.body, upstream)) {
      checkApiError(answer, "an answer is that of the upstream or an error of the API");
    }
    checkRefusal(answer, client, upstream);
    return;
  }
  const isSame = answer.status === upstream.status;
  demand(isSame, "a status is that of the upstream", `${answer.status}, not ${upstream.status}`);
  if (!isStreamAsked(client)) {
    if (upstream.status === NO_CONTENT) {
      demand(answer.body.length === 0, "204 has no body", answer.body.toString());
      return;
    }
    const seemsWhole = isWhole(upstream) || maySeemWhole(upstream);
    demand(seemsWhole, "a document that was cut is not passed on", answer.body.toString());
    const text = sentBody(upstream)
      .toString("latin1")
      .replace(/^\xef\xbb\xbf/, "");
    if (text === "" && client.operation === "delete_response") {
      demand(answer.body.length === 0, "a deletion without a body", answer.body.toString());
      return;
    }
    const isEqual = jsonEqual(answer.body, Buffer.from(text, "latin1"));
    demand(isEqual, "a document is that of the upstream", () => answer.body.toString());
    return;
  }
  checkStream(answer, upstream);
}

/** A good answer of the upstream to a good request has to arrive. */
function checkRefusal(answer: Answer, client: ClientPlan, upstream: UpstreamPlan): void {
  const isPlain =
    client.body === '{"stream":true}' &&
    client.query === "" &&
    upstream.status === 200 &&
    isWhole(upstream) &&
    upstream.cutAt === undefined &&
    client.operation !== "raw";
  if (!isPlain) {
    return;
  }
  if (!isStreamAsked(client)) {
    const text = upstream.body.replace(/^\xef\xbb\xbf/, "");
    demand(!isGoodDocument(text), "a good document arrives", `${answer.status} ${answer.body}`);
    return;
  }
  // In a stream, an error comes after its events.
  demand(false, "a stream is opened", `${answer.status} ${answer.body}`);
}

function isGoodDocument(text: string): boolean {
  try {
    const bytes = Buffer.from(text, "latin1");
    return jsonEqual(bytes, bytes) && text.startsWith("{");
  } catch {
    return false;
  }
}

function checkStream(answer: Answer, upstream: UpstreamPlan): void {
  const received = readEvents(answer.body).events;
  const { events: sent, malformed } = readEvents(sentBody(upstream));
  const last = received.at(-1);
  const broke = last?.event === "error" && !isSameEvent(last, sent[received.length - 1]);
  const passed = broke ? received.slice(0, -1) : received;
  const detail = (): string =>
    `${received.length} of ${sent.length} events: ${answer.body.toString().slice(-1000)}`;
  const isDone = passed.some(({ event, data }) => event === "done" || data === "[DONE]");
  const isRegular = answer.isComplete && !broke;
  demand(
    isDone || isWhole(upstream) || maySeemWhole(upstream) || !isRegular,
    "a stream that was cut does not end regularly",
    detail,
  );
  for (const [index, event] of passed.entries()) {
    // The last one may be cut off.
    const mayBeCut = !answer.isComplete || maySeemWhole(upstream);
    if (mayBeCut && index === passed.length - 1) {
      break;
    }
    demand(
      isSameEvent(event, sent[index]),
      "an event is that of the upstream",
      () => `event ${index}: ${JSON.stringify(event)}, not ${JSON.stringify(sent[index])}`,
    );
    const stream = passed[0]?.id?.split(":")[0] ?? "";
    demand(
      stream !== "" && event.id === `${stream}:${index + 1}`,
      "an event has the identifier of its stream and its number",
      () => `event ${index}: ${event.id}`,
    );
  }
  if (broke || !answer.isComplete) {
    const isBroken = !isWhole(upstream) || malformed || upstream.pauses.length > 0;
    demand(isBroken, "a whole stream does not break", detail);
    return;
  }
  if (isWhole(upstream) && !malformed) {
    demand(passed.length === sent.length, "every event of the upstream arrives", detail);
  }
}

/** Compares two events but for their identifiers: the egress writes its own. */
function isSameEvent(one: OracleEvent | undefined, other: OracleEvent | undefined): boolean {
  if (one === undefined || other === undefined) {
    return false;
  }
  return one.event === other.event && isSameData(one.data, other.data);
}

function isSameData(one: string | undefined, other: string | undefined): boolean {
  if (one === other || one === undefined || other === undefined) {
    return one === other;
  }
  try {
    return jsonEqual(one, other);
  } catch {
    return false;
  }
}

async function checkHealth({ ingress, egress }: Chain): Promise<void> {
  for (const [name, each] of Object.entries({ ingress, egress })) {
    demand(each.isAlive(), "a gateway lives on", () => `${name}: ${each.log().slice(-3000)}`);
    const answer = await ask(each, "/healthz");
    demand(
      answer?.status === 200,
      "a gateway answers /healthz",
      () => `${name}: ${answer?.status}`,
    );
    demand(!each.log().includes(TOKEN), "no token is logged", () => name);
    each.clearLog();
  }
}

async function ask({ url }: GatewayProcess, path: string): Promise<Answer | undefined> {
  const request = `GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`;
  const bytes = Buffer.from(request);
  const options = { url, bytes, pieces: undefined, abortAt: undefined };
  return parseAnswer((await send({ ...options, milliseconds: LONGEST_ANSWER })).bytes);
}

async function gauge(process: GatewayProcess, name: string): Promise<number> {
  const metrics = (await ask(process, "/metrics"))?.body.toString() ?? "";
  return Number(new RegExp(`^${name}(?:\\{.*\\})? (.+)$`, "m").exec(metrics)?.[1] ?? Number.NaN);
}

/** Waits until nothing is under way, then looks at what is still held. */
async function inspect({ ingress, egress }: Chain): Promise<void> {
  for (const [name, each] of Object.entries({ ingress, egress })) {
    const until = performance.now() + LONGEST_ANSWER;
    const isIdle = async (): Promise<boolean> =>
      (await gauge(each, "stepwire_gateway_streams")) === 0 &&
      (await gauge(each, "nodejs_active_handles_total")) < SPARE_HANDLES;
    let idle = await isIdle();
    while (!idle && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      idle = await isIdle();
    }
    const streams = await gauge(each, "stepwire_gateway_streams");
    demand(streams === 0, "no stream is left", `${name}: ${streams}`);
    const handles = await gauge(each, "nodejs_active_handles_total");
    demand(handles < SPARE_HANDLES, "no handle is left", `${name}: ${handles}`);
    const rss = await gauge(each, "process_resident_memory_bytes");
    demand(rss < LARGEST_RSS, "memory is bounded", `${name}: ${rss}`);
  }
}
