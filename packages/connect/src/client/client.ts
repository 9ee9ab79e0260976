import type { MessageInitShape } from "@bufbuild/protobuf";
import { type CallOptions, type Client, createClient, type Transport } from "@connectrpc/connect";
import type { GetRunStepRequestSchema, ListRunStepsRequestSchema } from "@stepwire/core";
import { type Header, passedResponseHeaders } from "../headers.js";
import type { NumberedEvent } from "../streams/live-stream.js";
import { type BytesRunStepService, bytesRunStepService } from "./bytes-service.js";
import { explainBreak } from "./connection-break.js";
import { type ResumeOptions, RunEventsReader, type RunEventsStartInit } from "./run-events.js";

/** How a call is made. */
export interface RunStepCallOptions {
  /** Ends the call, at the source too. */
  readonly signal?: AbortSignal;
  /** The deadline, in milliseconds from now. */
  readonly timeoutMs?: number;
  /** What the caller proves itself with, and so on. */
  readonly headers?: readonly Header[];
}

/** How a stream is read. */
export interface RunEventsOptions extends RunStepCallOptions, ResumeOptions {}

/** An answer in binary, and the headers of the server behind the service. */
export interface BytesAnswer {
  readonly bytes: Uint8Array;
  readonly headers: readonly Header[];
}

/** Events of a stream that has been opened. */
export interface RunEvents extends AsyncIterable<NumberedEvent> {
  readonly headers: readonly Header[];
}

/**
 * A client that takes payloads as what they are on the wire: bytes, which are decoded
 * by `fromBinary` or go through a transcoder. A client that gives messages is
 * `createClient(RunStepService, transport)` of Connect.
 */
export class RunStepBytesClient {
  readonly #client: Client<BytesRunStepService>;

  constructor(transport: Transport) {
    this.#client = createClient(bytesRunStepService, transport);
  }

  /** A `RunStep`. */
  async getRunStep(
    request: MessageInitShape<typeof GetRunStepRequestSchema>,
    options: RunStepCallOptions = {},
  ): Promise<BytesAnswer> {
    const answer = new AnswerHeaders();
    const call = this.#client.getRunStep(request, callOptions(options, answer));
    const { runStep } = await explainBreak(call, options.signal);
    return { bytes: runStep, headers: answer.headers };
  }

  /** A `RunStepList`. */
  async listRunSteps(
    request: MessageInitShape<typeof ListRunStepsRequestSchema>,
    options: RunStepCallOptions = {},
  ): Promise<BytesAnswer> {
    const answer = new AnswerHeaders();
    const call = this.#client.listRunSteps(request, callOptions(options, answer));
    const { runSteps } = await explainBreak(call, options.signal);
    return { bytes: runSteps, headers: answer.headers };
  }

  /**
   * Opens a stream: settles when the server behind the service has accepted the request.
   * The events are `StreamEvent`s, each once and in order; if the connection breaks, the
   * stream is resumed, as far as the options allow.
   */
  async openRunEvents(
    start: RunEventsStartInit,
    options: RunEventsOptions = {},
  ): Promise<RunEvents> {
    const answer = new AnswerHeaders();
    const reader = new RunEventsReader(this.#client, callOptions(options, answer), options);
    await explainBreak(reader.open(start), options.signal);
    return {
      headers: answer.headers,
      [Symbol.asyncIterator]: () => reader.read(),
    };
  }
}

class AnswerHeaders {
  headers: readonly Header[] = [];
}

function callOptions(
  { signal, timeoutMs, headers = [] }: RunStepCallOptions,
  answer: AnswerHeaders,
): CallOptions {
  return {
    ...(signal !== undefined && { signal }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    onHeader: (received) => {
      answer.headers = passedResponseHeaders(received);
    },
  };
}
