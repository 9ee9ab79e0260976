import { isUtf8 } from "node:buffer";
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
import { type Body, EncodingError } from "./decoded-body.js";
import { sniffEvents } from "./sniff-events.js";
import type { Upstream, UpstreamAnswer } from "./upstream.js";
import {
  badEncoding,
  eventTooLarge,
  interrupted,
  invalidUtf8,
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
  /** Whether bytes that are not UTF-8 become U+FFFD. @defaultValue false: they are refused */
  readonly replaceInvalidUtf8?: boolean;
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
    const body = await this.#eventBody(answer, overtime);
    return {
      headers: passedResponseHeaders(answer.headers),
      events: this.#events(body, overtime),
    };
  }

  async #eventBody(answer: UpstreamAnswer, overtime: AbortSignal): Promise<Body> {
    if (answer.contentType === "text/event-stream") {
      return answer.body;
    }
    let body: Body | undefined;
    try {
      body = await sniffEvents(answer.body);
    } catch (error) {
      throw this.#streamError(error, overtime);
    }
    if (body === undefined) {
      throw unexpected("a stream of events");
    }
    return body;
  }

  #events(body: Body, overtime: AbortSignal): AsyncIterable<Uint8Array> {
    const { maxEventBytes: maxBytes, replaceInvalidUtf8 } = this.#limits;
    const events = decodeEventStream(body, { maxBytes, replaceInvalidUtf8 });
    return mapEvents(events, {
      mapError: (error) => this.#streamError(error, overtime),
    });
  }

  #streamError(error: unknown, overtime: AbortSignal): OpenAIHttpError {
    if (overtime.aborted || isUpstreamTimeout(error)) {
      return upstreamTimeout(error);
    }
    if (error instanceof EncodingError) {
      return badEncoding(error);
    }
    if (!(error instanceof EventStreamError)) {
      return interrupted(error);
    }
    if (error.isInvalidUtf8) {
      return invalidUtf8(error);
    }
    return error.violations.some(({ code }) => code === "too_large")
      ? eventTooLarge(this.#limits.maxEventBytes, error)
      : unexpected("a stream of events", error);
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
    const json = this.#jsonOf(await this.#readAll(answer, signal));
    try {
      const content = transcoder.toBinary(json);
      return { content, headers: passedResponseHeaders(answer.headers) };
    } catch (error) {
      throw error instanceof OpenAIJsonError ? unexpected("a document of run steps", error) : error;
    }
  }

  /** The JSON as clients read it: UTF-8 without a byte order mark. */
  #jsonOf(bytes: Uint8Array): Uint8Array {
    if (!isUtf8(bytes)) {
      if (this.#limits.replaceInvalidUtf8 !== true) {
        throw invalidUtf8();
      }
      return new TextEncoder().encode(new TextDecoder().decode(bytes));
    }
    return BOM.every((byte, index) => bytes[index] === byte) ? bytes.subarray(BOM.length) : bytes;
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
      if (error instanceof EncodingError) {
        throw badEncoding(error);
      }
      throw isUpstreamTimeout(error) ? upstreamTimeout(error) : interrupted(error);
    }
    return Buffer.concat(chunks, length);
  }
}

const BOM = new TextEncoder().encode("\uFEFF");

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
