import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { type StoredEnd, StoredEventsSchema, StoredStreamSchema } from "@stepwire/core";
import type { StreamMapping } from "@stepwire/mapping";
import { OpenAIHttpError } from "../errors/openai-http-error.js";
import type { HeaderReader } from "../headers.js";
import { Callers, isSameCaller } from "./caller.js";
import type { NumberedBlock } from "./live-stream.js";
import type { NumberedEvent } from "./numbered-event.js";
import { createPolled, ENDED, isPolled, type Polled, toPolled } from "./polled.js";
import { type StoreReader, StreamLostError } from "./stream-store.js";

/*
 * What is in a store: the head of a stream as StoredStream, its blocks as StoredEvents.
 */

/**
 * Returns the head of a stream for the store. It identifies the caller by a hash whose key is in
 * the head, so that all replicas can compare callers without sharing a secret. Credentials are long
 * random texts, which cannot be guessed from the hash.
 */
export async function storedHead(
  method: StreamMapping,
  headers: HeaderReader,
): Promise<Uint8Array> {
  const callers = new Callers();
  const owner = await callers.of(headers);
  const stream = { method: nameOf(method), key: callers.key, owner };
  return toBinary(StoredStreamSchema, create(StoredStreamSchema, stream));
}

/** The store failed. The reader may try again, here or at another server. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";

  constructor(cause: unknown) {
    super("the store of the streams cannot be reached", { cause });
  }

  /** Returns a Connect error after which a client resumes. */
  toConnectError(): ConnectError {
    return new ConnectError(this.message, Code.Unavailable, undefined, undefined, this.cause);
  }
}

/** Returns whether a stored stream was opened by this rpc and the caller with these headers. */
export async function belongsTo(
  head: Uint8Array,
  headers: HeaderReader,
  method?: StreamMapping,
): Promise<boolean> {
  const { method: name, key, owner } = fromBinary(StoredStreamSchema, head);
  const isSameMethod = method === undefined || name === nameOf(method);
  return isSameMethod && isSameCaller(await new Callers(key).of(headers), owner);
}

function nameOf({ desc }: StreamMapping): string {
  return `${desc.parent.typeName}.${desc.name}`;
}

/** Returns the events of a stored stream one by one; see `readStoredBlocks`. */
export async function* readStored(
  reader: StoreReader,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<NumberedEvent, undefined> {
  for await (const { first, events } of readStoredBlocks(reader, after, signal)) {
    for (const [index, event] of events.entries()) {
      yield { number: first + index, event };
    }
  }
}

/**
 * Returns the events of a stored stream after a given one, in the blocks of the store.
 *
 * @throws {ConnectError} if there is no such event, or the blocks do not follow each other.
 * @throws {OpenAIHttpError} the error that ended the stream.
 * @throws {StoreUnavailableError} if the store fails.
 */
export async function* readStoredBlocks(
  reader: StoreReader,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<NumberedBlock, undefined> {
  let number: number | undefined;
  try {
    for await (const bytes of reader.blocks(signal, after)) {
      const { first, events, end } = fromBinary(StoredEventsSchema, bytes);
      const due = number === undefined ? Math.min(first, after + 1) : number + 1;
      if (first !== due) {
        const text = `a stored block begins with event ${first} where ${due} was due`;
        throw new ConnectError(text, Code.DataLoss);
      }
      number = first + events.length - 1;
      const next = Math.max(first, after + 1);
      if (next <= number) {
        yield { first: next, events: events.slice(next - first) };
      }
      if (end !== undefined) {
        checkEnd(end, number, after);
        return undefined;
      }
    }
  } catch (error) {
    throw signal.aborted ? error : explain(error, Math.max(number ?? 0, after));
  }
  throw new ConnectError("the store ended in the middle of the stream", Code.DataLoss);
}

/** Throws the error that ended a stream, or the one for a reader that is beyond its last event. */
function checkEnd({ code, error }: StoredEnd, last: number, after: number): void {
  if (after > last) {
    throw new ConnectError(`event ${after + 1} is out of reach`, Code.OutOfRange);
  }
  if (code !== 0) {
    throw OpenAIHttpError.fromBinary(error, code);
  }
}

/** Returns the error for an error of a store, after an event. Returns all others unchanged. */
export function explain(error: unknown, last: number): unknown {
  if (error instanceof StreamLostError) {
    return lost(error, last);
  }
  const isOwn = error instanceof ConnectError || error instanceof OpenAIHttpError;
  return isOwn ? error : new StoreUnavailableError(error);
}

/**
 * Returns the events, or blocks, of a stream. After an error, continues with those that `fallBack`
 * returns for the number of the last event; throws the error if it returns none.
 *
 * @param lastOf returns the number of an event, or that of the last event of a block.
 */
export function withFallback<Element>(
  events: AsyncIterator<Element, undefined>,
  after: number,
  lastOf: (element: Element) => number,
  fallBack: (last: number) => Promise<AsyncIterator<Element, undefined> | undefined>,
): Polled<Element> {
  let last = after;
  let iterator = events;
  let current: Pick<Polled<Element>, "take" | "wait"> = isPolled(events)
    ? events
    : toPolled(events);
  let isFallback = false;
  let failure: { readonly reason: unknown } | undefined;
  let switching: Promise<void> | undefined;
  const fall = async (reason: unknown): Promise<void> => {
    try {
      const rest = await fallBack(last);
      if (rest === undefined) {
        failure = { reason };
      } else {
        iterator = rest;
        current = toPolled(rest);
      }
    } catch (error) {
      failure = { reason: error };
    }
    switching = undefined;
  };
  const source: Pick<Polled<Element>, "take" | "wait"> = {
    take: () => {
      if (failure !== undefined) {
        throw failure.reason;
      }
      if (switching !== undefined) {
        return undefined;
      }
      try {
        const element = current.take();
        last = element === undefined || element === ENDED ? last : lastOf(element);
        return element;
      } catch (error) {
        if (isFallback) {
          throw error;
        }
        isFallback = true;
        switching = fall(error);
        return undefined;
      }
    },
    wait: (wake) => {
      if (switching === undefined) {
        current.wait(wake);
      } else {
        void switching.then(wake);
      }
    },
  };
  return createPolled(source, () => iterator.return?.());
}

/** Returns the error for a stream whose rest will not come. */
function lost(cause: StreamLostError, last: number): OpenAIHttpError {
  const members = cause.isProducerGone
    ? {
        message: `The connection to the upstream was lost after event ${last}: the server that had it is gone.`,
        code: "upstream_lost",
      }
    : {
        message: `The stream cannot be resumed after event ${last}: the rest of it could not be stored.`,
        code: "stream_not_stored",
      };
  return OpenAIHttpError.create(502, members, { cause });
}
