import { nodeCompression, type Source, type StreamStore } from "@stepwire/connect";
import { createSourceHandler } from "@stepwire/handler/internal";
import { toNodeListener } from "@stepwire/handler/node";
import type { Logger } from "pino";
import { recordStreams } from "../archive/recorder.js";
import { createApp } from "../http/app.js";
import type { ServerLimits } from "../http/server-limits.js";
import { createTwoProtocolServer } from "../http/two-protocol-server.js";
import { Metrics } from "../metrics.js";
import type { Model } from "../model.js";
import { createObserver } from "../observer.js";
import { createUndiciForward, type GatewayForwardLimits } from "../pass-through/undici-forward.js";
import { type RunningGateway, untilClosed } from "../shutdown.js";

/** Options of an ingress. */
export interface IngressOptions {
  readonly host: string;
  readonly port: number;
  /** The services to serve, and the messages of their archives. */
  readonly model: Model;
  /** Answers the calls of the services. */
  readonly source: Source;
  /** Number of files that the source skipped, for the metrics. */
  readonly skippedFiles?: number;
  /** Folder for recordings of all streams; undefined to record nothing. */
  readonly recordInto?: string;
  readonly limits: ServerLimits & {
    readonly maxBodyBytes: number;
    readonly maxStreams: number;
    /** Maximum duration of a stream, in milliseconds. @defaultValue 3,600,000 */
    readonly maxStreamTime?: number;
    readonly maxResumeWindow: number;
    readonly maxResumeBytes: number;
    /** How long the opening of a stream waits for the store, in milliseconds. @defaultValue 500 */
    readonly maxStoreWait?: number;
  };
  /** Where all other requests are passed on to; undefined to answer them with 404. */
  readonly passThrough?:
    | { readonly baseUrl: string; readonly limits: GatewayForwardLimits }
    | undefined;
  /** Where streams are stored for other ingresses; undefined for memory. */
  readonly store?: StreamStore;
  /** What happens to a stream that cannot be stored. @defaultValue "continue" */
  readonly storeFailure?: "continue" | "end";
  readonly compression: boolean;
  readonly shutdownGrace: number;
  readonly log: Logger;
  /** Releases the resources of the source. */
  readonly onClose?: () => Promise<void>;
}

/** Starts an ingress, which serves services over Connect, gRPC and gRPC-web. */
export async function startIngress(options: IngressOptions): Promise<RunningGateway> {
  const { limits, log, model, passThrough, store, storeFailure } = options;
  const metrics: Metrics = new Metrics("ingress", () => handler.streams);
  for (let count = 0; count < (options.skippedFiles ?? 0); count++) {
    metrics.incident("replay_file_skipped");
  }
  const source = await recorded(options, metrics);
  const forwarding = passThrough && createUndiciForward(passThrough.baseUrl, passThrough.limits);
  const handler = createSourceHandler({
    source,
    services: model.services,
    limits: { ...limits, streamTimeout: limits.maxStreamTime ?? LONGEST_STREAM },
    ...(options.compression && { compression: nodeCompression }),
    ...(store !== undefined && { store }),
    ...(storeFailure !== undefined && { storeFailure }),
    passThrough: forwarding && passThrough && { ...passThrough, forward: forwarding.forward },
    next: passThrough?.baseUrl,
    observer: createObserver(metrics, log),
  });
  const app = createApp({
    listener: toNodeListener(handler),
    createServer: createTwoProtocolServer,
    limits,
    log,
    metrics,
  });
  const url = await app.listen(options);
  let closing: Promise<void> | undefined;
  const close = async (grace: number): Promise<void> => {
    app.drain();
    await handler.close(grace);
    await untilClosed(app.close());
    await untilClosed(Promise.all([options.onClose?.(), forwarding?.close()]));
  };
  return {
    url,
    close: (grace = options.shutdownGrace) => {
      closing ??= close(grace);
      return closing;
    },
  };
}

/** The default of the maximum duration of a stream, in milliseconds. */
const LONGEST_STREAM = 3_600_000;

/** Returns the source; its streams are recorded if a folder is given. */
async function recorded(
  { source, model, recordInto: directory, log }: IngressOptions,
  metrics: Metrics,
): Promise<Source> {
  if (directory === undefined) {
    return source;
  }
  const onFailure = (file: string, error: unknown): void => {
    metrics.incident("recording_failed");
    log.error({ file, error }, "a recording failed");
  };
  return await recordStreams(source, { model, directory, onFailure });
}
