import type { DescMessage, MessageInitShape } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import type { StreamMapping } from "@stepwire/mapping";
import type { Header, HeaderReader } from "../headers.js";
import type { ENDED } from "../streams/polled.js";

/** The request of a streaming rpc. */
export type StreamRequest = MessageInitShape<DescMessage>;

/** Options of one attempt to open or resume a stream. */
export interface WireCall {
  readonly signal: AbortSignal | undefined;
  /** The deadline, in milliseconds from now. */
  readonly timeoutMs: number | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** An event as it arrived. */
export interface WireEvent {
  readonly number: number;
  /** Undefined for an event that this client does not know. */
  readonly event: Uint8Array | undefined;
}

/** The headers of an answer. */
export type AnsweredHeaders = HeaderReader & Iterable<Header>;

/** One connection that carries a stream, or the rest of it. */
export interface OpenedWire {
  readonly header: AnsweredHeaders;
  /** The identifier for resuming the stream; empty if it cannot be resumed. */
  readonly streamId: string;
  /**
   * Returns the events that came together, `ENDED`, or undefined if there is none yet.
   *
   * @throws {ConnectError} if the stream failed or the connection broke.
   */
  take(): readonly WireEvent[] | typeof ENDED | undefined;
  /** Calls a function once, soon after `take` may return something. */
  wait(wake: () => void): void;
  /** Ends the connection. A reader that waits is woken. */
  cancel(): void;
}

/** Opens streams over one protocol. */
export interface StreamWire {
  /** @throws {ConnectError} if the stream could not be opened. */
  open(method: StreamMapping, request: StreamRequest, call: WireCall): Promise<OpenedWire>;
}

/** A transport, with the streams of `ServiceClient` over another protocol. */
export interface StreamTransport extends Transport {
  readonly streams: StreamWire;
}
