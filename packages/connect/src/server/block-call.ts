import type { IncomingMessage, ServerResponse } from "node:http";
import { Code, ConnectError, type ContextKey } from "@connectrpc/connect";
import { type Header, NodeHeaders } from "../headers.js";
import { TIMEOUT } from "../stream-media-type.js";
import { startTimer } from "../timer.js";
import type { CallContext } from "./call-context.js";
import { connectionKey, connectionOf } from "./connection.js";
import { requestTooLarge } from "./too-large.js";

/** Without a reason, `abort` creates an error for each call. */
const FINISHED = new ConnectError("the call has ended", Code.Canceled);
const DISCONNECTED = new ConnectError("the caller disconnected", Code.Canceled);

/**
 * A call in the stream format. Connect's own context creates three signals and three sets of
 * headers, which costs more than the events of a short stream.
 */
export class BlockCall implements CallContext {
  readonly protocolName = "stream";
  readonly requestHeader: NodeHeaders;
  /** The headers of the answer so far. */
  readonly answerHeaders: Header[] = [];
  readonly values: CallContext["values"];
  readonly #request: IncomingMessage;
  readonly #controller = new AbortController();
  readonly #deadline: NodeJS.Timeout | undefined;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.requestHeader = new NodeHeaders(request.headers);
    const connection = connectionOf(response);
    this.values = {
      // Only this key has a value.
      get: <Value>({ id, defaultValue }: ContextKey<Value>): Value =>
        id === connectionKey.id ? (connection as Value) : defaultValue,
    };
    const timeoutMs = timeoutIn(this.requestHeader);
    if (timeoutMs !== undefined) {
      const overtime = (): void => {
        this.abort(new ConnectError("the operation timed out", Code.DeadlineExceeded));
      };
      this.#deadline = startTimer(overtime, timeoutMs);
    }
    const disconnect = (): void => this.abort(DISCONNECTED);
    response.once("close", disconnect);
    request.once("error", disconnect);
    if (response.destroyed) {
      disconnect();
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get method(): string | undefined {
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
   * @throws {ConnectError} if it has more bytes than `limit`, or if the caller leaves.
   */
  readBody(limit: number): Promise<Uint8Array> {
    const request = this.#request;
    return new Promise((resolve, reject) => {
      if (Number(this.requestHeader.get("content-length")) > limit) {
        reject(requestTooLarge());
        return;
      }
      const chunks: Uint8Array[] = [];
      let length = 0;
      const read = (chunk: Uint8Array): void => {
        length += chunk.length;
        if (length > limit) {
          request.off("data", read);
          // The rest is read and dropped, so that the caller gets the answer.
          request.resume();
          reject(requestTooLarge());
        } else {
          chunks.push(chunk);
        }
      };
      request.on("data", read);
      request.once("end", () => {
        const [first] = chunks;
        resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, length));
      });
      this.signal.addEventListener("abort", () => reject(this.signal.reason), { once: true });
      if (this.signal.aborted) {
        reject(this.signal.reason);
      }
    });
  }
}

function timeoutIn(headers: NodeHeaders): number | undefined {
  const text = headers.get(TIMEOUT) ?? "";
  return /^[0-9]{1,10}$/.test(text) ? Number(text) : undefined;
}
