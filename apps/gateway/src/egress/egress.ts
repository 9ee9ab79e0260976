import type { DescService } from "@bufbuild/protobuf";
import { OpenAIHttpError, type ServiceClient } from "@stepwire/connect";
import type { Logger } from "pino";
import { createApp } from "../http/app.js";
import { createHttp1Server } from "../http/http1-server.js";
import type { ServerLimits } from "../http/server-limits.js";
import { Metrics } from "../metrics.js";
import { type RunningGateway, untilClosed, untilIdle } from "../shutdown.js";
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
  readonly limits: EgressLimits;
  readonly shutdownGrace: number;
  readonly log: Logger;
}

/** Limits of an egress; times in milliseconds. */
export interface EgressLimits extends ServerLimits {
  readonly maxBodyBytes: number;
  readonly maxStreams: number;
  /** Maximum duration of a request that is not a stream. */
  readonly answerTimeout: number;
  readonly streamTimeout: number;
  /**
   * Time without output after which a comment is written into a stream, so that neither the client
   * nor a proxy closes it as inactive; 0 for never. @defaultValue 15,000
   */
  readonly keepAliveInterval?: number;
  /** How long the egress tries to resume a stream that broke. */
  readonly resumeWindow: number;
}

/** Starts an egress, which serves the HTTP endpoints of services. */
export async function startEgress(options: EgressOptions): Promise<RunningGateway> {
  const { limits, log, client, prefix, services } = options;
  const metrics: Metrics = new Metrics("egress", () => streams.size);
  const app = createApp({ createServer: createHttp1Server, limits, log, metrics });
  const streams = registerRoutes(app.fastify, { client, services, limits, log, metrics, prefix });
  const url = await app.fastify.listen({ host: options.host, port: options.port });
  let closing: Promise<void> | undefined;
  const close = async (grace: number): Promise<void> => {
    app.drain();
    await untilIdle(() => streams.size, grace);
    const reason = OpenAIHttpError.create(503, {
      message: "The gateway is shutting down.",
      code: "shutting_down",
    });
    for (const stream of streams) {
      stream.abort(reason);
    }
    await untilIdle(() => streams.size, ENDING_GRACE);
    await untilClosed(app.fastify.close());
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
