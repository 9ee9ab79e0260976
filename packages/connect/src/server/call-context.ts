import type { ContextKey } from "@connectrpc/connect";
import type { HeaderReader } from "../headers.js";

/** Values of a call, by keys of Connect. Its `ContextValues` are such. */
export interface CallValues {
  /** Returns the value of a key; its default if it has none. */
  get<Value>(key: ContextKey<Value>): Value;
  set<Value>(key: ContextKey<Value>, value: Value): unknown;
}

/** What the implementation of an rpc knows of a call. Connect's `HandlerContext` is one. */
export interface CallContext {
  /** Name of the protocol, for logs: `stream` for the stream format, or one of Connect's. */
  readonly protocolName: string;
  /** Aborted when the call has ended, when its caller has left, or at its deadline. */
  readonly signal: AbortSignal;
  readonly requestHeader: HeaderReader & Iterable<[name: string, value: string]>;
  /** Headers of the answer; they are sent with its first message. */
  readonly responseHeader: { append(name: string, value: string): void };
  /** What belongs to the call, by keys of Connect. */
  readonly values: CallValues;
}
