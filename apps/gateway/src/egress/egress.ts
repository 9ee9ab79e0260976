import type { DescService } from "@bufbuild/protobuf";
import type { ServiceClient } from "@stepwire/connect";
import { createEgressHandler, type EgressLimits } from "@stepwire/handler";
import { toNodeListener } from "@stepwire/handler/node";
import type { Logger } from "pino";
import { createApp } from "../http/app.js";
import { createHttp1Server } from "../http/http1-server.js";
import type { ServerLimits } from "../http/server-limits.js";
import { Metrics } from "../metrics.js";
import { createObserver } from "../observer.js";
import { createUndiciForward, type GatewayForwardLimits } from "../pass-through/undici-forward.js";
import { type RunningGateway, untilClosed } from "../shutdown.js";

/** Options of an egress. */
export interface EgressOptions {
  readonly host: string;
  readonly port: number;
  /** Prefix of the API's paths, such as `/v1`. */
  readonly prefix: string;
  readonly client: ServiceClient;
  /** The services whose HTTP endpoints are served. */
  readonly services: readonly DescService[];
  /** The ingress that passes all other requests through; undefined to answer them with 404. */
  readonly passThrough?:
    | { readonly backend: string; readonly limits: GatewayForwardLimits }
    | undefined;
  readonly limits: ServerLimits & EgressLimits;
  /** Whether clients can resume streams; see `EgressHandlerOptions`. @defaultValue true */
  readonly clientResume?: boolean;
  readonly shutdownGrace: number;
  readonly log: Logger;
}

/** Starts an egress, which serves the HTTP endpoints of services. */
export async function startEgress(options: EgressOptions): Promise<RunningGateway> {
  const { limits, log, client, prefix, services, passThrough, clientResume = true } = options;
  const metrics: Metrics = new Metrics("egress", () => handler.streams);
  const forwarding = passThrough && createUndiciForward(passThrough.backend, passThrough.limits);
  const handler = createEgressHandler({
    ingress: passThrough?.backend ?? "",
    client,
    prefix,
    services,
    clientResume,
    limits,
    passThrough: passThrough?.limits ?? false,
    ...(forwarding !== undefined && { forward: forwarding.forward }),
    observer: createObserver(metrics, log),
  });
  const listener = toNodeListener(handler);
  const app = createApp({ listener, createServer: createHttp1Server, limits, log, metrics });
  const url = await app.listen(options);
  let closing: Promise<void> | undefined;
  const close = async (grace: number): Promise<void> => {
    app.drain();
    await handler.close(grace);
    await untilClosed(app.close());
    await untilClosed(Promise.resolve(forwarding?.close()));
  };
  return {
    url,
    close: (grace = options.shutdownGrace) => {
      closing ??= close(grace);
      return closing;
    },
  };
}
