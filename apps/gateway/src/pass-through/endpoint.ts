import { METHODS } from "node:http";
import { OpenAIHttpError } from "@stepwire/connect";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { secondsSince, sendError } from "../http/app.js";
import type { Metrics } from "../metrics.js";
import type { Forwarder } from "./forwarder.js";

/** Passes on what the endpoints of the services do not serve, if that is wanted. */
export interface PassThrough {
  readonly forwarder: Forwarder;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The name of the operation in logs and metrics. */
const OPERATION = "pass_through";

/**
 * Serves all paths below `mount` by passing them on, for all methods. Other routes of the server
 * come first.
 */
export async function registerPassThrough(
  app: FastifyInstance,
  mount: string,
  passThrough: PassThrough,
): Promise<void> {
  for (const method of METHODS) {
    if (method !== "CONNECT" && !app.supportedMethods.includes(method)) {
      app.addHttpMethod(method, { hasBody: true });
    }
  }
  await app.register(async (scope) => {
    leaveBodies(scope);
    scope.all(`${mount}/*`, (request, reply) => answerFrom(passThrough, request, reply));
    await Promise.resolve();
  });
}

/** The body of a request that has one, but whose body has not been read. */
const UNREAD = Symbol("unread body");

/** Lets handlers receive requests whose bodies have not been read. */
export function leaveBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (_request, _body, done) => done(null, UNREAD));
}

/** Passes a request on, with its body if that has been read already. */
export async function answerFrom(
  { forwarder, log, metrics }: PassThrough,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { body } = request;
  const note = (status: string): void => {
    const seconds = secondsSince(request);
    metrics.request(OPERATION, status, seconds);
    log.info({ operation: OPERATION, status, seconds }, "answered");
  };
  try {
    const status = await forwarder.forward({
      request: request.raw,
      response: reply.raw,
      body: typeof body === "string" || body instanceof Uint8Array ? body : undefined,
      onAnswer: () => reply.hijack(),
    });
    note(status);
    return reply;
  } catch (error) {
    const answer = OpenAIHttpError.from(error);
    note(String(answer.status));
    return sendError(reply, answer);
  }
}
