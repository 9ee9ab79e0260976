import type { Transport } from "@connectrpc/connect";
import type { ClosingMapping } from "@stepwire/mapping";
import type { HeaderReader } from "../headers.js";
import { identityIn } from "../identity.js";

/** Time for which streams are collected before they are closed together, in milliseconds. */
const LINGER = 100;

/** Maximum number of streams that are closed by one call; less than a server accepts. */
const MAX_STREAMS = 500;

/** Maximum duration of a call, in milliseconds. */
const TIMEOUT = 5000;

/** The closed streams of one caller that the service has not been told of. */
interface Batch {
  readonly closing: ClosingMapping;
  readonly headers: [string, string][];
  streamIds: string[];
}

/**
 * Tells services that nobody will resume streams, so that they need not keep them. A call costs
 * more than a short stream. So the first stream is closed immediately, and those that follow soon
 * are closed together, by one call for each caller.
 */
export class StreamCloser {
  readonly #transport: Transport;
  readonly #batches = new Map<string, Batch>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Closes a stream, now or soon. Errors are ignored: a stream that is not closed expires.
   *
   * @param headers of the call that opened the stream.
   */
  close(closing: ClosingMapping, streamId: string, headers: HeaderReader): void {
    const identity = identityIn(headers);
    const key = `${closing.desc.parent.typeName} ${JSON.stringify(identity)}`;
    const batch = this.#batches.get(key);
    if (batch === undefined) {
      const started: Batch = { closing, headers: identity, streamIds: [streamId] };
      this.#batches.set(key, started);
      this.#send(started);
      setTimeout(() => this.#continue(key, started), LINGER);
      return;
    }
    batch.streamIds.push(streamId);
    if (batch.streamIds.length >= MAX_STREAMS) {
      this.#send(batch);
    }
  }

  #continue(key: string, batch: Batch): void {
    if (batch.streamIds.length === 0) {
      this.#batches.delete(key);
      return;
    }
    this.#send(batch);
    setTimeout(() => this.#continue(key, batch), LINGER);
  }

  #send(batch: Batch): void {
    const { desc, streamId, streamIds } = batch.closing;
    const ids = batch.streamIds;
    batch.streamIds = [];
    const requests =
      streamIds === undefined
        ? ids.map((id) => ({ [streamId.localName]: id }))
        : [{ [streamId.localName]: ids[0], [streamIds.localName]: ids.slice(1) }];
    for (const request of requests) {
      this.#transport.unary(desc, undefined, TIMEOUT, batch.headers, request).catch(() => {});
    }
  }
}
