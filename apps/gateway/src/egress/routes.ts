import {
  type BytesAnswer,
  type Header,
  mapEvents,
  OpenAIHttpError,
  passedRequestHeaders,
  type RunEvents,
  type RunEventsStartInit,
  type RunStepBytesClient,
} from "@stepwire/connect";
import { RunStepListSchema, RunStepSchema } from "@stepwire/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { createDocumentTranscoder, type DocumentTranscoder } from "../conversion.js";
import { secondsSince, sendError } from "../http/app.js";
import type { Metrics, Operation } from "../metrics.js";
import type { EgressLimits } from "./egress.js";
import { pageOf, queryOf, splitInclude, toParameters } from "./query.js";
import { writeEvents } from "./stream-reply.js";
import { streamingBody, textOf } from "./streaming-body.js";

/** What the routes work with. */
export interface RouteOptions {
  readonly client: RunStepBytesClient;
  readonly limits: EgressLimits;
  readonly prefix: string;
  readonly log: Logger;
  readonly metrics: Metrics;
}

const DEFAULT_KEEP_ALIVE_INTERVAL = 15_000;

interface RunParameters {
  readonly thread_id: string;
  readonly run_id: string;
}

interface StepParameters extends RunParameters {
  readonly step_id: string;
}

/**
 * Registers the endpoints.
 *
 * @returns the streams that are under way, each by what ends it.
 */
export function registerRoutes(
  app: FastifyInstance,
  options: RouteOptions,
): ReadonlySet<AbortController> {
  const routes = new Routes(options);
  const { prefix } = options;
  // The text of a request goes on as it is; nothing reads it but for one member.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    try {
      // Read as a buffer, it is one.
      done(null, textOf(body as Buffer, request.headers["content-encoding"]));
    } catch (error) {
      done(OpenAIHttpError.from(error));
    }
  });
  app.get<{ Params: StepParameters }>(
    `${prefix}/threads/:thread_id/runs/:run_id/steps/:step_id`,
    (request, reply) => routes.getRunStep(request, reply, request.params),
  );
  app.get<{ Params: RunParameters }>(
    `${prefix}/threads/:thread_id/runs/:run_id/steps`,
    (request, reply) => routes.listRunSteps(request, reply, request.params),
  );
  app.post<{ Params: { thread_id: string } }>(
    `${prefix}/threads/:thread_id/runs`,
    (request, reply) =>
      routes.stream(request, reply, "create_run", (body, parameters) => ({
        case: "createRun",
        value: { threadId: request.params.thread_id, body, parameters },
      })),
  );
  app.post(`${prefix}/threads/runs`, (request, reply) =>
    routes.stream(request, reply, "create_thread_and_run", (body, parameters) => ({
      case: "createThreadAndRun",
      value: { body, parameters },
    })),
  );
  app.post<{ Params: RunParameters }>(
    `${prefix}/threads/:thread_id/runs/:run_id/submit_tool_outputs`,
    (request, reply) =>
      routes.stream(request, reply, "submit_tool_outputs", (body, parameters) => {
        const { thread_id: threadId, run_id: runId } = request.params;
        return { case: "submitToolOutputs", value: { threadId, runId, body, parameters } };
      }),
  );
  return routes.streams;
}

class Routes {
  readonly streams = new Set<AbortController>();
  readonly #steps: DocumentTranscoder = createDocumentTranscoder(RunStepSchema);
  readonly #lists: DocumentTranscoder = createDocumentTranscoder(RunStepListSchema);
  readonly #options: RouteOptions;

  constructor(options: RouteOptions) {
    this.#options = options;
  }

  getRunStep(
    request: FastifyRequest,
    reply: FastifyReply,
    { thread_id, run_id, step_id }: StepParameters,
  ): Promise<FastifyReply> {
    const { include, other } = splitInclude(queryOf(request.url));
    const fields = {
      threadId: thread_id,
      runId: run_id,
      stepId: step_id,
      include,
      otherParameters: toParameters(other),
    };
    return this.#answer(request, reply, "get_run_step", async (call) => {
      const answer = await this.#options.client.getRunStep(fields, call);
      return { ...answer, json: this.#steps.toJson(answer.bytes) };
    });
  }

  listRunSteps(
    request: FastifyRequest,
    reply: FastifyReply,
    { thread_id, run_id }: RunParameters,
  ): Promise<FastifyReply> {
    const fields = { threadId: thread_id, runId: run_id, ...pageOf(queryOf(request.url)) };
    return this.#answer(request, reply, "list_run_steps", async (call) => {
      const answer = await this.#options.client.listRunSteps(fields, call);
      return { ...answer, json: this.#lists.toJson(answer.bytes) };
    });
  }

  async stream(
    request: FastifyRequest,
    reply: FastifyReply,
    operation: Operation,
    start: (body: string, parameters: { name: string; value: string }[]) => RunEventsStartInit,
  ): Promise<FastifyReply> {
    const { client, limits, metrics } = this.#options;
    const left = new AbortController();
    // Whatever the stream waits for then, be it the client.
    const overtime = setTimeout(() => left.abort(tookTooLong()), limits.streamTimeout);
    try {
      const body = streamingBody(request.body);
      if (this.streams.size >= limits.maxStreams) {
        throw OpenAIHttpError.create(429, {
          message: "Too many streams are open at once.",
          type: "rate_limit_error",
          code: "too_many_streams",
        });
      }
      this.streams.add(left);
      reply.raw.once("close", () => left.abort());
      if (reply.raw.destroyed) {
        left.abort();
      }
      const events = await client.openRunEvents(start(body, toParameters(queryOf(request.url))), {
        headers: passedRequestHeaders(headersOf(request)),
        signal: left.signal,
        timeoutMs: limits.streamTimeout,
        resumeWindow: limits.resumeWindow,
        onResume: () => metrics.incident("stream_resumed"),
      });
      reply.hijack();
      await this.#send(reply, operation, events, left.signal);
    } catch (error) {
      return this.#refuse(reply, operation, left.signal.aborted ? left.signal.reason : error);
    } finally {
      clearTimeout(overtime);
      this.streams.delete(left);
    }
    return reply;
  }

  async #send(
    reply: FastifyReply,
    operation: Operation,
    events: RunEvents,
    signal: AbortSignal,
  ): Promise<void> {
    const { metrics, limits } = this.#options;
    const { raw } = reply;
    raw.writeHead(200, {
      ...Object.fromEntries(events.headers),
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
    });
    raw.flushHeaders();
    const ending = mapEvents(events, {
      // An abort may have an error to tell.
      mapError: (error) => (signal.reason instanceof OpenAIHttpError ? signal.reason : error),
    });
    const failure = await writeEvents(raw, ending, {
      signal,
      keepAliveInterval: limits.keepAliveInterval ?? DEFAULT_KEEP_ALIVE_INTERVAL,
      idleTimeout: limits.idleTimeout,
      onEvent: (bytes) => metrics.event(operation, "sse", bytes),
    });
    this.#note(reply, operation, raw.destroyed ? "client_left" : statusOf(failure));
  }

  async #answer(
    request: FastifyRequest,
    reply: FastifyReply,
    operation: Operation,
    ask: (call: {
      headers: readonly Header[];
      signal: AbortSignal;
      timeoutMs: number;
    }) => Promise<BytesAnswer & { json: Uint8Array }>,
  ): Promise<FastifyReply> {
    const left = new AbortController();
    reply.raw.once("close", () => left.abort());
    try {
      const { headers, json } = await ask({
        headers: passedRequestHeaders(headersOf(request)),
        signal: left.signal,
        timeoutMs: this.#options.limits.answerTimeout,
      });
      for (const [name, value] of headers) {
        reply.header(name, value);
      }
      this.#note(reply, operation, "200");
      return reply.type("application/json").send(json);
    } catch (error) {
      return this.#refuse(reply, operation, error);
    }
  }

  #refuse(reply: FastifyReply, operation: Operation, error: unknown): FastifyReply {
    const answer = OpenAIHttpError.from(error);
    this.#note(reply, operation, reply.raw.destroyed ? "client_left" : String(answer.status));
    return sendError(reply, answer);
  }

  #note(reply: FastifyReply, operation: Operation, status: string): void {
    const seconds = secondsSince(reply.request);
    this.#options.metrics.request(operation, status, seconds);
    this.#options.log.info({ operation, status, seconds }, "answered");
  }
}

/** What a client is told whose stream has reached `streamTimeout`. */
function tookTooLong(): OpenAIHttpError {
  return OpenAIHttpError.create(504, {
    message: "The stream took too long.",
    code: "stream_timeout",
  });
}

function statusOf(failure: OpenAIHttpError | undefined): string {
  return failure === undefined ? "200" : `broken_${failure.status}`;
}

function* headersOf({ headers }: FastifyRequest): Generator<Header> {
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) {
      yield [name, Array.isArray(value) ? value.join(", ") : value];
    }
  }
}
