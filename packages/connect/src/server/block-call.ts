import { Code, ConnectError, type ContextKey } from "@connectrpc/connect";
import type { Header, HeaderReader } from "../headers.js";
import { TIMEOUT } from "../stream-media-type.js";
import { startTimer, type Timer } from "../timer.js";
import type { CallContext, CallValues } from "./call-context.js";
import { type CallConnection, connectionKey, connectionOf } from "./connection.js";
import type { IncomingRequest } from "./incoming-request.js";
import type { ResponseSink } from "./response-sink.js";

/** Without a reason, `abort` creates an error for each call. */
const FINISHED = new ConnectError("the call has ended", Code.Canceled);
const DISCONNECTED = new ConnectError("the caller disconnected", Code.Canceled);

/**
 * A call in the stream format. Connect's own context creates three signals and three sets of
 * headers, which costs more than the events of a short stream.
 */
export class BlockCall implements CallContext {
  readonly protocolName = "stream";
  readonly requestHeader: IncomingRequest["headers"];
  /** The headers of the answer so far. */
  readonly answerHeaders: Header[] = [];
  readonly values: CallValues;
  readonly #request: IncomingRequest;
  readonly #controller = new AbortController();
  readonly #deadline: Timer | undefined;

  constructor(request: IncomingRequest, sink: ResponseSink) {
    this.#request = request;
    this.requestHeader = request.headers;
    this.values = new Values(connectionOf(sink));
    const timeoutMs = timeoutIn(this.requestHeader);
    if (timeoutMs !== undefined) {
      const overtime = (): void => {
        this.abort(new ConnectError("the operation timed out", Code.DeadlineExceeded));
      };
      this.#deadline = startTimer(overtime, timeoutMs);
    }
    const disconnect = (): void => this.abort(DISCONNECTED);
    sink.onGone(disconnect);
    if (sink.isGone) {
      disconnect();
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get method(): string {
    return this.#request.method;
  }

  get responseHeader(): CallContext["responseHeader"] {
    return { append: (name, value) => this.answerHeaders.push([name, value]) };
  }

  /** Ends the call early. */
  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** Releases what the call uses, after its answer. */
  end(): void {
    clearTimeout(this.#deadline);
    this.abort(FINISHED);
  }

  /**
   * Reads the body of the request.
   *
   * @throws {ConnectError} if it has more bytes than `limit`, or when the call is aborted.
   */
  readBody(limit: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#request.readBody(limit).then(resolve, reject);
      this.signal.addEventListener("abort", () => reject(this.signal.reason), { once: true });
      if (this.signal.aborted) {
        reject(this.signal.reason);
      }
    });
  }
}

/** The values of a call. Nearly all have only the connection, so there is no map for one. */
class Values implements CallValues {
  readonly #connection: CallConnection;
  #others: Map<symbol, unknown> | undefined;

  constructor(connection: CallConnection) {
    this.#connection = connection;
  }

  // `set` ensures that a value has the type of its key.
  get<Value>({ id, defaultValue }: ContextKey<Value>): Value {
    if (id === connectionKey.id) {
      return this.#connection as Value;
    }
    return this.#others?.has(id) === true ? (this.#others.get(id) as Value) : defaultValue;
  }

  set<Value>({ id }: ContextKey<Value>, value: Value): void {
    this.#others ??= new Map();
    this.#others.set(id, value);
  }
}

function timeoutIn(headers: HeaderReader): number | undefined {
  const text = headers.get(TIMEOUT) ?? "";
  return /^[0-9]{1,10}$/.test(text) ? Number(text) : undefined;
}
