import {
  type Header,
  mapEvents,
  OpenAIHttpError,
  type OpenedRunEvents,
  passedResponseHeaders,
  type RunEventsStart,
  type RunStepSource,
  type SourceAnswer,
  type SourceCall,
} from "@stepwire/connect";
import {
  type GetRunStepRequest,
  type ListRunStepsRequest,
  type QueryParameter,
  RunStepListSchema,
  RunStepSchema,
  SortOrder,
} from "@stepwire/core";
import { OpenAIJsonError } from "@stepwire/openai-json";
import { EventStreamError } from "@stepwire/openai-sse";
import {
  createDocumentTranscoder,
  type DocumentTranscoder,
  decodeEventStream,
} from "../conversion.js";
import type { AnswerBody } from "./answer-body.js";
import type { Upstream, UpstreamAnswer } from "./upstream.js";
import {
  interrupted,
  isUpstreamTimeout,
  tooLarge,
  unexpected,
  upstreamTimeout,
} from "./upstream-errors.js";

/** Bounds of what the upstream sends. */
export interface UpstreamLimits {
  readonly maxDocumentBytes: number;
  readonly maxEventBytes: number;
  /** How long a stream may be, in milliseconds. */
  readonly streamTimeout: number;
}

/** Run steps of an OpenAI-compatible server. */
export class UpstreamSource implements RunStepSource {
  readonly #upstream: Upstream;
  readonly #limits: UpstreamLimits;
  readonly #steps: DocumentTranscoder;
  readonly #lists: DocumentTranscoder;

  constructor(upstream: Upstream, limits: UpstreamLimits) {
    this.#upstream = upstream;
    this.#limits = limits;
    const bounds = { maxBytes: limits.maxDocumentBytes };
    this.#steps = createDocumentTranscoder(RunStepSchema, bounds);
    this.#lists = createDocumentTranscoder(RunStepListSchema, bounds);
  }

  async getRunStep(
    request: GetRunStepRequest,
    call: SourceCall,
  ): Promise<SourceAnswer<Uint8Array>> {
    const path = ["threads", request.threadId, "runs", request.runId, "steps", request.stepId];
    const query = [...include(request.include), ...parameters(request.otherParameters)];
    return await this.#document(this.#steps, path, query, call);
  }

  async listRunSteps(
    request: ListRunStepsRequest,
    call: SourceCall,
  ): Promise<SourceAnswer<Uint8Array>> {
    const path = ["threads", request.threadId, "runs", request.runId, "steps"];
    return await this.#document(this.#lists, path, listQuery(request), call);
  }

  async openRunEvents(start: RunEventsStart, call: SourceCall): Promise<OpenedRunEvents> {
    const { path, query } = startOf(start);
    // The stream's own time; the signal of the call ends it earlier.
    const overtime = AbortSignal.timeout(this.#limits.streamTimeout);
    const answer = await this.#upstream.ask({
      method: "POST",
      path,
      query,
      headers: call.headers,
      accept: "text/event-stream",
      body: start.value.body,
      signal: AbortSignal.any([call.signal, overtime]),
    });
    if (answer.contentType !== "text/event-stream") {
      await answer.body.return();
      throw unexpected("a stream of events");
    }
    return {
      headers: passedResponseHeaders(answer.headers),
      events: this.#events(answer.body, overtime),
    };
  }

  #events(body: AnswerBody, overtime: AbortSignal): AsyncIterable<Uint8Array> {
    const events = decodeEventStream(body, { maxBytes: this.#limits.maxEventBytes });
    return mapEvents(events, {
      map: (event) => event,
      mapError: (error) => {
        if (overtime.aborted || isUpstreamTimeout(error)) {
          return upstreamTimeout(error);
        }
        return error instanceof EventStreamError
          ? unexpected("a stream of events", error)
          : interrupted(error);
      },
    });
  }

  async #document(
    transcoder: DocumentTranscoder,
    path: readonly string[],
    query: readonly Header[],
    call: SourceCall,
  ): Promise<SourceAnswer<Uint8Array>> {
    const { signal, headers } = call;
    const accept = "application/json";
    const answer = await this.#upstream.ask({
      method: "GET",
      path,
      query,
      headers,
      accept,
      signal,
    });
    const json = await this.#readAll(answer, signal);
    try {
      const content = transcoder.toBinary(json);
      return { content, headers: passedResponseHeaders(answer.headers) };
    } catch (error) {
      throw error instanceof OpenAIJsonError ? unexpected("a document of run steps", error) : error;
    }
  }

  async #readAll({ body }: UpstreamAnswer, signal: AbortSignal): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const chunk of body) {
        chunks.push(chunk);
        length += chunk.length;
        if (length > this.#limits.maxDocumentBytes) {
          throw tooLarge();
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof OpenAIHttpError) {
        throw error;
      }
      throw isUpstreamTimeout(error) ? upstreamTimeout(error) : interrupted(error);
    }
    return Buffer.concat(chunks, length);
  }
}

function startOf(start: RunEventsStart): { path: string[]; query: Header[] } {
  const query = parameters(start.value.parameters);
  switch (start.case) {
    case "createRun":
      return { path: ["threads", start.value.threadId, "runs"], query };
    case "createThreadAndRun":
      return { path: ["threads", "runs"], query };
    case "submitToolOutputs": {
      const { threadId, runId } = start.value;
      return { path: ["threads", threadId, "runs", runId, "submit_tool_outputs"], query };
    }
  }
}

const orders: Readonly<Record<number, string>> = {
  [SortOrder.ASC]: "asc",
  [SortOrder.DESC]: "desc",
};

function listQuery(request: ListRunStepsRequest): Header[] {
  const { limit, order, after, before } = request;
  const named: [string, string | undefined][] = [
    ["limit", limit?.toString()],
    ["order", orders[order]],
    ["after", after],
    ["before", before],
  ];
  return [
    ...named.flatMap(([name, value]): Header[] => (value === undefined ? [] : [[name, value]])),
    ...include(request.include),
    ...parameters(request.otherParameters),
  ];
}

function include(values: readonly string[]): Header[] {
  return values.map((value) => ["include[]", value]);
}

function parameters(query: readonly QueryParameter[]): Header[] {
  return query.map(({ name, value }) => [name, value]);
}
