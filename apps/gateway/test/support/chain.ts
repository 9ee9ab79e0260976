import { PassThrough } from "node:stream";
import type { DescService } from "@bufbuild/protobuf";
import { createTransport, type Protocol, ServiceClient, type Source } from "@stepwire/connect";
import { type UpstreamLimits, UpstreamSource } from "@stepwire/handler/internal";
import { OpenAI } from "openai";
import { onTestFinished } from "vitest";
import { type EgressOptions, startEgress } from "../../src/egress/egress.js";
import { defaultServerLimits } from "../../src/http/server-limits.js";
import { type IngressOptions, startIngress } from "../../src/ingress/ingress.js";
import { connectUpstream, type UpstreamOptions } from "../../src/ingress/upstream.js";
import { createLog } from "../../src/log.js";
import { builtInModel } from "../../src/model.js";
import type { GatewayForwardLimits } from "../../src/pass-through/undici-forward.js";
import type { RunningGateway } from "../../src/shutdown.js";

/** Options that tests can change. */
export interface ChainOptions {
  readonly protocol?: Protocol;
  readonly httpVersion?: "1.1" | "2";
  readonly compression?: boolean;
  readonly ingress?: Partial<IngressOptions["limits"]>;
  readonly egress?: Partial<EgressOptions["limits"]>;
  readonly upstream?: Partial<UpstreamOptions>;
  readonly limits?: Partial<UpstreamLimits>;
  /** The services of the egress; those of the schema by default. */
  readonly services?: readonly DescService[];
  /** Limits of what is passed through; undefined to pass nothing through. */
  readonly passThrough?: Partial<GatewayForwardLimits>;
  /** The address of the ingress for the egress; that of the chain's own by default. */
  readonly backend?: (ingressUrl: string) => Promise<string>;
}

/** Both gateways before an upstream. */
export interface Chain {
  readonly ingress: RunningGateway;
  readonly egress: RunningGateway;
  /** A client of the egress. */
  readonly openai: OpenAI;
  /** All that was logged. */
  log(): string;
}

const serverLimits = {
  ...defaultServerLimits,
  requestTimeout: 5000,
  idleTimeout: 5000,
  maxBodyBytes: 256 * 1024,
  maxStreams: 300,
};

const forwardLimits: GatewayForwardLimits = {
  maxBytes: 32 * 1024 * 1024,
  maxRequests: 100,
  maxHeaderBytes: 16 * 1024,
  connectTimeout: 1000,
  answerTimeout: 5000,
  idleTimeout: 5000,
  totalTimeout: 60_000,
};

/** Creates a client of the API that does not retry. */
export function createClient(url: string, apiKey = "key-of-the-test"): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0, logLevel: "off" });
}

/** A destination for a log, and the text that was written to it. */
export function collectLog(): { destination: PassThrough; text(): string } {
  const destination = new PassThrough();
  let text = "";
  destination.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { destination, text: () => text };
}

/** A source that asks an upstream. */
export function createUpstreamSource(
  baseUrl: string,
  options: Partial<UpstreamOptions> = {},
  limits: Partial<UpstreamLimits> = {},
): { source: Source; close: () => Promise<void> } {
  const upstream = connectUpstream({
    baseUrl,
    connectTimeout: 1000,
    answerTimeout: 5000,
    idleTimeout: 5000,
    maxHeaderBytes: 16 * 1024,
    maxConnections: 500,
    ...options,
  });
  const source = new UpstreamSource(upstream, {
    maxDocumentBytes: 16 * 1024 * 1024,
    maxEventBytes: 16 * 1024 * 1024,
    streamTimeout: 60_000,
    ...limits,
  });
  return { source, close: () => upstream.close() };
}

/** Starts an ingress until the end of the test. */
export async function startTestIngress(
  source: Source,
  options: Partial<IngressOptions> & Pick<IngressOptions, "log">,
  limits: Partial<IngressOptions["limits"]> = {},
): Promise<RunningGateway> {
  const ingress = await startIngress({
    host: "127.0.0.1",
    port: 0,
    model: builtInModel,
    source,
    compression: false,
    shutdownGrace: 0,
    ...options,
    limits: {
      ...serverLimits,
      maxResumeWindow: 5000,
      maxResumeBytes: 1024 * 1024,
      ...limits,
    },
  });
  onTestFinished(() => ingress.close(0));
  return ingress;
}

/** Starts an egress until the end of the test. */
export async function startTestEgress(
  backend: string,
  options: Partial<EgressOptions> & Pick<EgressOptions, "log">,
  chain: ChainOptions = {},
): Promise<RunningGateway> {
  const { protocol = "stream", httpVersion = "2", compression = false } = chain;
  const egress = await startEgress({
    host: "127.0.0.1",
    port: 0,
    prefix: "/v1",
    services: chain.services ?? builtInModel.services,
    client: new ServiceClient(
      createTransport({ baseUrl: backend, protocol, httpVersion, compression }),
    ),
    shutdownGrace: 0,
    passThrough: chain.passThrough && {
      backend,
      limits: { ...forwardLimits, ...chain.passThrough },
    },
    ...options,
    limits: {
      ...serverLimits,
      answerTimeout: 5000,
      streamTimeout: 60_000,
      resumeWindow: 2000,
      forgetDelay: 100,
      ...chain.egress,
    },
  });
  onTestFinished(() => egress.close(0));
  return egress;
}

/** Starts both in front of an upstream until the end of the test. */
export async function startChain(upstreamUrl: string, options: ChainOptions = {}): Promise<Chain> {
  const { destination, text } = collectLog();
  const { source, close } = createUpstreamSource(upstreamUrl, options.upstream, options.limits);
  const ingress = await startTestIngress(
    source,
    {
      log: createLog("info", "ingress", destination),
      onClose: close,
      passThrough: options.passThrough && {
        baseUrl: upstreamUrl,
        limits: { ...forwardLimits, ...options.passThrough },
      },
      compression: options.compression ?? false,
    },
    options.ingress,
  );
  const log = createLog("info", "egress", destination);
  const backend = (await options.backend?.(ingress.url)) ?? ingress.url;
  const egress = await startTestEgress(backend, { log }, options);
  return { ingress, egress, openai: createClient(egress.url), log: text };
}
