import type {
  DescMessage,
  DescMethod,
  DescMethodServerStreaming,
  DescMethodUnary,
  MessageInitShape,
} from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import { getServiceMapping, type MethodMapping } from "@stepwire/mapping";
import { type Header, keepAliveHeaders, passedResponseHeaders, statusIn } from "../headers.js";
import type { StreamPosition } from "../source.js";
import type { NumberedEvent } from "../streams/numbered-event.js";
import type { Polled } from "../streams/polled.js";
import { ConnectWire } from "./connect-wire.js";
import { explainBreak } from "./connection-break.js";
import { unaryPayloadMethod } from "./payload-method.js";
import { StreamCloser } from "./stream-closer.js";
import { type ResumeOptions, StreamReader } from "./stream-reader.js";
import type { AnsweredHeaders, StreamTransport, StreamWire } from "./stream-wire.js";

/** Options of a call. */
export interface CallOptions {
  /** Cancels the call, here and at the source. */
  readonly signal?: AbortSignal;
  /** The deadline, in milliseconds from now. */
  readonly timeoutMs?: number;
  /** Headers that are passed on to the server, such as the caller's credentials. */
  readonly headers?: readonly Header[];
}

/** Options of a stream. */
export interface StreamOptions extends CallOptions, ResumeOptions {
  /**
   * Time of silence after which the service is asked to send an empty response, in milliseconds, so
   * that proxies keep the connection open; 0 for never. @defaultValue 0
   */
  readonly keepAliveInterval?: number;
  /**
   * Whether the service keeps the stream when its reader stops, for another reader to resume it: for
   * `resumeWindow`, or for as long as the service stores it. If false, the stream is ended, and
   * forgotten. @defaultValue false
   */
  readonly keep?: boolean;
}

/** A document in binary, with the headers that the service passed on from the server. */
export interface BytesAnswer {
  /** The document; empty if there is none, and if all its fields are unset. */
  readonly bytes: Uint8Array;
  /** Whether the server's answer has a document. An answer to a deletion may have none. */
  readonly hasDocument: boolean;
  readonly headers: readonly Header[];
  /** The HTTP status of the server's answer, from 200 to 299. */
  readonly status: number;
}

/** The events of an open stream. */
export interface EventStream extends AsyncIterable<NumberedEvent> {
  readonly headers: readonly Header[];
  /** The HTTP status of the server's answer, from 200 to 299. */
  readonly status: number;
  /** The identifier for resuming the stream; empty if it cannot be resumed. */
  readonly streamId: string;
  /**
   * Tells the service that nobody will resume the stream, so that it ends and forgets it. Only
   * needed for a stream that is kept.
   */
  close(): void;
  /** Returns the same events in blocks: those that came together. Read a stream in one way only. */
  blocks(): Polled<readonly NumberedEvent[]>;
}

/**
 * A client for the rpcs of any service with HTTP endpoints. Payloads are the bytes from the wire;
 * decode them with `fromBinary` or transcode them. For a client that returns messages, use
 * Connect's `createClient(service, transport)`.
 */
export class ServiceClient {
  readonly #transport: Transport;
  readonly #wire: StreamWire;
  readonly #closer: StreamCloser;

  constructor(transport: Transport | StreamTransport) {
    this.#transport = transport;
    this.#closer = new StreamCloser(transport);
    this.#wire = "streams" in transport ? transport.streams : new ConnectWire(transport);
  }

  /** Calls a unary rpc. Returns the document from its response. */
  async call<Input extends DescMessage>(
    method: DescMethodUnary<Input, DescMessage>,
    request: MessageInitShape<Input>,
    { signal, timeoutMs, headers }: CallOptions = {},
  ): Promise<BytesAnswer> {
    const mapping = mappingOf(method);
    if (mapping.kind !== "unary") {
      throw new TypeError(`${method.parent.typeName}.${method.name} is not unary`);
    }
    const payloadMethod = unaryPayloadMethod(mapping);
    const answer = await explainBreak(
      this.#transport.unary(payloadMethod, signal, timeoutMs, toHeaders(headers), request),
      signal,
    );
    const { payload } = answer.message;
    return {
      bytes: payload ?? new Uint8Array(),
      hasDocument: payload !== undefined,
      headers: passedResponseHeaders(answer.header),
      status: statusIn(answer.header),
    };
  }

  /**
   * Opens the stream of a streaming rpc. Settles when the upstream server has accepted the request.
   * Each event is delivered once and in order. If the connection breaks, the stream is resumed, as
   * far as its rpc and the options allow.
   */
  async open<Input extends DescMessage>(
    method: DescMethodServerStreaming<Input, DescMessage>,
    request: MessageInitShape<Input>,
    options: StreamOptions = {},
  ): Promise<EventStream> {
    const reader = this.#reader(method, options);
    return eventsOf(reader, await explainBreak(reader.open(request), options.signal));
  }

  /**
   * Resumes a stream of this or another client after one of its events. Its credentials must be those
   * of the call that opened it. The stream that is returned is like one of `open`.
   *
   * @throws {TypeError} if streams of this rpc cannot be resumed.
   */
  async resume<Input extends DescMessage>(
    method: DescMethodServerStreaming<Input, DescMessage>,
    position: StreamPosition,
    options: StreamOptions = {},
  ): Promise<EventStream> {
    const reader = this.#reader(method, options);
    return eventsOf(reader, await explainBreak(reader.resume(position), options.signal));
  }

  #reader(method: DescMethodServerStreaming, options: StreamOptions): StreamReader {
    const mapping = mappingOf(method);
    if (mapping.kind !== "stream") {
      throw new TypeError(`${method.parent.typeName}.${method.name} is not a stream`);
    }
    const { closing } = getServiceMapping(method.parent);
    const headers = [
      ...toHeaders(options.headers),
      ...keepAliveHeaders(options.keepAliveInterval ?? 0),
    ];
    const call = { ...options, headers };
    return new StreamReader(this.#closer, this.#wire, mapping, closing, call);
  }
}

function eventsOf(reader: StreamReader, header: AnsweredHeaders): EventStream {
  return {
    headers: passedResponseHeaders(header),
    status: statusIn(header),
    streamId: reader.streamId,
    close: () => reader.close(),
    blocks: () => reader.readBlocks(),
    [Symbol.asyncIterator]: () => reader.read(),
  };
}

function mappingOf({ parent, name }: DescMethod): MethodMapping {
  const mapping = getServiceMapping(parent).methodByName.get(name);
  if (mapping === undefined) {
    throw new TypeError(`${parent.typeName}.${name} answers with neither a document nor a stream`);
  }
  return mapping;
}

function toHeaders(headers: readonly Header[] = []): [string, string][] {
  return headers.map(([name, value]) => [name, value]);
}
