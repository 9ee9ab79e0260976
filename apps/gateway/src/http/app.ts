import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { OpenAIHttpError } from "@stepwire/connect";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import type { Logger } from "pino";
import type { Metrics } from "../metrics.js";
import { errorAnswer, frameworkError, httpErrors } from "./errors.js";
import type { ServerLimits } from "./server-limits.js";

/** Answers a request, or returns false to leave it to the routes. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Options for what both roles serve. */
export interface AppOptions {
  /** Called before any route is looked for, except during a shutdown. */
  readonly intercept?: Intercept;
  readonly createServer: (listener: RequestListener, limits: ServerLimits) => Server;
  readonly limits: ServerLimits & { readonly maxBodyBytes: number };
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The HTTP server of a role, with its state of shutting down. */
export interface App {
  readonly fastify: FastifyInstance;
  /** Starts to refuse new requests. */
  drain(): void;
}

/** The start time of each request. */
const starts = new WeakMap<FastifyRequest, number>();

/** Returns the seconds since a request began. */
export function secondsSince(request: FastifyRequest): number {
  return (performance.now() - (starts.get(request) ?? performance.now())) / 1000;
}

const OBSERVING = new Set(["/healthz", "/metrics"]);

/** Creates the server with `/healthz` and `/metrics`, without listening yet. */
export function createApp({
  intercept = () => false,
  createServer,
  limits,
  log,
  metrics,
}: AppOptions): App {
  let draining = false;
  const app = fastify({
    serverFactory: (listener) =>
      createServer((request, response) => {
        if (draining || !intercept(request, response)) {
          listener(request, response);
        }
      }, limits),
    bodyLimit: limits.maxBodyBytes,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 512 },
    exposeHeadRoutes: false,
    // Called for errors that occur before a route is found.
    frameworkErrors: (error, _request, reply) => {
      void sendError(reply as FastifyReply, frameworkError(error));
    },
    // The HTTP server has already answered.
    clientErrorHandler: () => {},
  });
  app.addHook("onRequest", async (request, reply) => {
    starts.set(request, performance.now());
    if (draining && !OBSERVING.has(request.url)) {
      reply.header("connection", "close").header("retry-after", "1");
      await sendError(reply, httpErrors.shuttingDown());
    }
  });
  app.get("/healthz", (_request, reply) =>
    reply
      .code(draining ? 503 : 200)
      .type("application/json")
      .send(draining ? '{"status":"draining"}\n' : '{"status":"ok"}\n'),
  );
  app.get("/metrics", async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );
  app.setErrorHandler((error, _request, reply) => {
    const answer = toHttpError(error);
    if (answer.status === 500) {
      log.error({ error }, "the gateway failed");
    }
    return sendError(reply, answer);
  });
  app.setNotFoundHandler((request, reply) => {
    metrics.request("other", "404", secondsSince(request));
    return sendError(reply, httpErrors.unknownUrl(request.method, request.url));
  });
  return {
    fastify: app,
    drain: () => {
      draining = true;
    },
  };
}

/** Sends an error in the format of the API. */
export function sendError(reply: FastifyReply, error: OpenAIHttpError): FastifyReply {
  const { status, headers, body } = errorAnswer(error);
  for (const [name, value] of headers) {
    reply.header(name, value);
  }
  return reply.code(status).header("x-content-type-options", "nosniff").send(Buffer.from(body));
}

function toHttpError(error: unknown): OpenAIHttpError {
  if (error instanceof OpenAIHttpError) {
    return error;
  }
  const isFramework = error instanceof Error && "code" in error && "statusCode" in error;
  // The error has both members that are read here.
  return isFramework
    ? frameworkError(error as Parameters<typeof frameworkError>[0])
    : OpenAIHttpError.create(500, { message: "The gateway failed." });
}
