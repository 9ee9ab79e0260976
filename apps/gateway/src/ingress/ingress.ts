import { Code, ConnectError } from "@connectrpc/connect";
import {
  createNodeHandler,
  createServiceServer,
  type ServiceServerOptions,
  type Source,
  type StreamStore,
} from "@stepwire/connect";
import { servicePath } from "@stepwire/connect/internal";
import {
  createRestHandler,
  Forwarder,
  httpErrors,
  PASS_THROUGH_PATH,
} from "@stepwire/handler/internal";
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
import { type RunningGateway, untilClosed, untilIdle } from "../shutdown.js";
import { countEvents, observeHandlers } from "./observe.js";
import { unreachable, upstreamTimeout } from "./upstream-errors.js";

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
  const { limits, log, model } = options;
  const metrics: Metrics = new Metrics("ingress", () => service.streams);
  for (let count = 0; count < (options.skippedFiles ?? 0); count++) {
    metrics.incident("replay_file_skipped");
  }
  const source = await recorded(options, metrics);
  const service = createServiceServer(model.services, countEvents(source, metrics), {
    ...limits,
    ...storeOptions(options, metrics),
  });
  const shutdown = new AbortController();
  const observed = observeHandlers(service.handlers, log, metrics);
  const handler = createNodeHandler(observed.handlers, {
    compression: options.compression,
    maxMessageBytes: limits.maxBodyBytes,
    shutdownSignal: shutdown.signal,
  });
  const forwarding =
    options.passThrough &&
    createUndiciForward(options.passThrough.baseUrl, options.passThrough.limits);
  const forwarder =
    options.passThrough &&
    forwarding &&
    new Forwarder({
      ...options.passThrough,
      forward: forwarding.forward,
      mount: PASS_THROUGH_PATH,
      isMarked: false,
      unreachable,
      timeout: upstreamTimeout,
    });
  const rest = toNodeListener(
    createRestHandler({
      role: "ingress",
      forwarder,
      maxBodyBytes: limits.maxBodyBytes,
      observer: createObserver(metrics, log),
    }),
  );
  const paths = model.services.map(servicePath);
  const app = createApp({
    listener: (request, response) => {
      const isCall = paths.some((path) => request.url?.startsWith(path));
      (isCall ? handler : rest)(request, response);
    },
    createServer: createTwoProtocolServer,
    limits,
    log,
    metrics,
  });
  const active = (): number => observed.active + (forwarder?.active ?? 0);
  const url = await app.listen(options);
  let closing: Promise<void> | undefined;
  const close = async (grace: number): Promise<void> => {
    app.drain();
    await untilIdle(active, grace);
    const reason = new ConnectError("the gateway is shutting down", Code.Unavailable);
    shutdown.abort(reason);
    service.close(reason);
    forwarder?.abort(httpErrors.shuttingDown());
    // The streams are sending their last messages.
    await untilIdle(active, ENDING_GRACE);
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

const ENDING_GRACE = 1000;

function storeOptions(
  { store, storeFailure, log }: IngressOptions,
  metrics: Metrics,
): ServiceServerOptions {
  return {
    ...(store !== undefined && { store }),
    ...(storeFailure !== undefined && { storeFailure }),
    onStoreFailure: (error) => {
      metrics.incident("stream_not_stored");
      log.error({ error }, "a stream cannot be stored");
    },
    onStoredRead: () => metrics.incident("stream_taken_over"),
  };
}

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
