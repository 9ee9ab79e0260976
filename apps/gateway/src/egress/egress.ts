import type { DescService } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { OpenAIHttpError, type ServiceClient } from "@stepwire/connect";
import type { Logger } from "pino";
import { createApp } from "../http/app.js";
import { httpErrors } from "../http/errors.js";
import { createHttp1Server } from "../http/http1-server.js";
import { Metrics } from "../metrics.js";
import { registerPassThrough } from "../pass-through/endpoint.js";
import { Forwarder, type ForwardLimits } from "../pass-through/forwarder.js";
import { PASS_THROUGH_PATH } from "../pass-through/path.js";
import { type RunningGateway, untilClosed, untilIdle } from "../shutdown.js";
import type { EgressLimits } from "./limits.js";
import { registerRoutes } from "./routes.js";

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
  readonly passThrough?: { readonly backend: string; readonly limits: ForwardLimits } | undefined;
  readonly limits: EgressLimits;
  /**
   * Whether clients can resume streams: each event has an identifier, and a stream goes on for
   * `resumeWindow` when its client leaves. If false, it ends at once. @defaultValue true
   */
  readonly clientResume?: boolean;
  readonly shutdownGrace: number;
  readonly log: Logger;
}

/** Starts an egress, which serves the HTTP endpoints of services. */
export async function startEgress(options: EgressOptions): Promise<RunningGateway> {
  const { limits, log, client, prefix, services, clientResume = true } = options;
  const metrics: Metrics = new Metrics("egress", () => streams.size);
  const app = createApp({ createServer: createHttp1Server, limits, log, metrics });
  const forwarder = createForwarder(options);
  const passThrough = forwarder && { forwarder, log, metrics };
  const routes = { client, services, limits, clientResume, log, metrics, prefix, passThrough };
  const streams = registerRoutes(app.fastify, routes);
  if (passThrough !== undefined) {
    await registerPassThrough(app.fastify, prefix, passThrough);
  }
  const active = (): number => streams.size + (forwarder?.active ?? 0);
  const url = await app.fastify.listen({ host: options.host, port: options.port });
  let closing: Promise<void> | undefined;
  const close = async (grace: number): Promise<void> => {
    app.drain();
    await untilIdle(active, grace);
    const reason = httpErrors.shuttingDown();
    forwarder?.abort(reason);
    for (const stream of streams) {
      stream.abort(reason);
    }
    await untilIdle(active, ENDING_GRACE);
    await untilClosed(app.fastify.close());
    await untilClosed(Promise.resolve(forwarder?.close()));
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

function createForwarder({ prefix, passThrough }: EgressOptions): Forwarder | undefined {
  return (
    passThrough &&
    new Forwarder({
      baseUrl: passThrough.backend.replace(/\/+$/, "") + PASS_THROUGH_PATH,
      mount: prefix,
      isMarked: true,
      limits: passThrough.limits,
      unreachable: (cause) => serviceError(Code.Unavailable, cause),
      timeout: (cause) => serviceError(Code.DeadlineExceeded, cause),
    })
  );
}

/** Returns the error that calls of the services have for a code, too. */
function serviceError(code: Code, cause: unknown): OpenAIHttpError {
  return OpenAIHttpError.from(new ConnectError("", code, undefined, undefined, cause));
}
