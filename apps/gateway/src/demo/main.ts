/* Runs the real SDK through both gateways on loopback, for `pnpm demo:gateway`. */
import { PassThrough } from "node:stream";
import { styleText } from "node:util";
import { createTransport, ServiceClient } from "@stepwire/connect";
import { UpstreamSource } from "@stepwire/handler/internal";
import { OpenAI } from "openai";
import { startEgress } from "../egress/egress.js";
import { defaultServerLimits } from "../http/server-limits.js";
import { startIngress } from "../ingress/ingress.js";
import { connectUpstream } from "../ingress/upstream.js";
import { createLog } from "../log.js";
import { builtInModel } from "../model.js";
import { startDemoUpstream } from "./upstream.js";
import { countWire } from "./wire.js";

const limits = {
  ...defaultServerLimits,
  requestTimeout: 5000,
  idleTimeout: 10_000,
  maxConcurrentStreams: 100,
  maxBodyBytes: 2 ** 20,
  maxStreams: 100,
};
const log = createLog("silent", "demo", new PassThrough());
const local = { host: "127.0.0.1", port: 0, log, shutdownGrace: 100 };

const bold = (text: string): string => styleText("bold", text);
const dim = (text: string): string => styleText("dim", text);

const server = await startDemoUpstream();
const outer = await countWire(server.url);
const upstream = connectUpstream({
  baseUrl: `${outer.url}/v1`,
  connectTimeout: 1000,
  answerTimeout: 5000,
  idleTimeout: 5000,
  maxHeaderBytes: 16_384,
  maxConnections: 10,
});
const forwarding = {
  maxBytes: 2 ** 24,
  maxRequests: 10,
  maxHeaderBytes: 16_384,
  connectTimeout: 1000,
  answerTimeout: 5000,
  idleTimeout: 5000,
  totalTimeout: 60_000,
};
const ingress = await startIngress({
  ...local,
  model: builtInModel,
  source: new UpstreamSource(upstream, {
    maxDocumentBytes: 2 ** 24,
    maxEventBytes: 2 ** 20,
    streamTimeout: 60_000,
  }),
  limits: { ...limits, maxResumeWindow: 5000, maxResumeBytes: 2 ** 20 },
  passThrough: { baseUrl: `${outer.url}/v1`, limits: forwarding },
  compression: false,
  onClose: () => upstream.close(),
});
const inner = await countWire(ingress.url);
const egress = await startEgress({
  ...local,
  prefix: "/v1",
  passThrough: { backend: inner.url, limits: forwarding },
  services: builtInModel.services,
  client: new ServiceClient(createTransport({ baseUrl: inner.url, protocol: "stream" })),
  limits: { ...limits, answerTimeout: 5000, streamTimeout: 60_000, resumeWindow: 5000 },
});
const openai = new OpenAI({ baseURL: `${egress.url}/v1`, apiKey: "demo-key" });

console.log(`
${bold("Stepwire gateway")}: the openai package, unchanged, on one side; a server of its API on the
other; between them Protobuf.

  openai SDK ${dim("── REST, SSE ──")} egress ${dim("══ Protobuf ══")} ingress ${dim("── REST, SSE ──")} server
`);

const rows: [call: string, json: number, binary: number][] = [];
function note(call: string): void {
  rows.push([call, outer.take(), inner.take()]);
}

const ids = { thread_id: "thread_sample_3" };
const runId = "run_sample_7";
const { runs } = openai.beta.threads;

// The first request also sets up the connection, so it is not measured.
await runs.steps.list(runId, ids);
outer.take();
inner.take();

const page = await runs.steps.list(runId, ids);
note(`steps.list: ${page.data.length} steps`);
const step = await runs.steps.retrieve("step_sample_7a", { ...ids, run_id: runId });
note(`steps.retrieve: ${step.status}`);

const run = await runs.retrieve(runId, ids);
note(`runs.retrieve: ${run.status}`);
const { data: messages } = await openai.beta.threads.messages.list(ids.thread_id);
note(`messages.list: ${messages.length} message`);
const { data: models } = await openai.models.list();
note(`models.list: ${models.length} model, passed through`);

let events = 0;
const stream = runs.stream(ids.thread_id, { assistant_id: "asst_sample_bakery" });
stream.on("event", () => {
  events++;
});
stream.on("toolCallDelta", (delta) => {
  if (delta.type === "code_interpreter") {
    process.stdout.write(dim(delta.code_interpreter?.input ?? ""));
  }
});
stream.on("textCreated", () => process.stdout.write("\n\n"));
stream.on("textDelta", ({ value }) => process.stdout.write(value ?? ""));
await stream.finalRun();
note(`runs.stream: ${events} events`);

const width = Math.max(...rows.map(([call]) => call.length));
console.log(`\n\n${dim(`${"".padEnd(width)}    JSON or SSE    inner wire`)}`);
for (const [call, json, binary] of rows) {
  const share = `${Math.round((100 * binary) / json)} %`;
  console.log(
    `${call.padEnd(width)}  ${bytes(json).padStart(13)} ${bytes(binary).padStart(13)}  ${bold(share.padStart(5))}`,
  );
}
console.log(`
Bytes from the server as they crossed each wire, headers and framing included. What no
service has is passed through, over HTTP.

Now yours: ${bold("pnpm --silent gateway ingress --upstream URL")} and ${bold("pnpm --silent gateway egress --backend URL")}
`);

await egress.close(0);
await ingress.close(0);
outer.close();
inner.close();
server.close();

function bytes(count: number): string {
  return new Intl.NumberFormat("en-US").format(count);
}
