import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { createSplitter, EventDecoder } from "./decoder.js";
import type { EventFrame } from "./frame.js";
import type { EventDecodeOptions } from "./options.js";
import { openSource } from "./source.js";

/** A source of bytes, in chunks of any size. */
export type ByteSource =
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>
  | ReadableStream<Uint8Array>;

/**
 * Reads the events in a stream of server-sent events. Bytes are read from the source only when an
 * event is requested. Ending the iteration cancels the source immediately, even during a pending
 * read.
 *
 * @param schema The event message, with the options of `stepwire/json/v1`.
 * @throws {TypeError} if the schema is not an event message.
 * @throws {EventStreamError} on a refused event; the events before it were delivered. Errors of the
 * source are passed on unchanged.
 */
export function decodeEvents<Schema extends DescMessage>(
  schema: Schema,
  source: ByteSource,
  options: EventDecodeOptions = {},
): AsyncIterableIterator<MessageShape<Schema>> {
  return readEach(source, new EventDecoder(schema, options), (binary) =>
    fromBinary(schema, binary),
  );
}

/**
 * Reads events like `decodeEvents`, but yields each as the bytes of its message, for callers that
 * pass them on. No message object is built. Small results may share a buffer.
 */
export function decodeEventsToBinary(
  schema: DescMessage,
  source: ByteSource,
  options: EventDecodeOptions = {},
): AsyncIterableIterator<Uint8Array> {
  return readEach(source, new EventDecoder(schema, options), (binary) => binary);
}

/** Size of the events of a block at which it ends, in bytes. */
const BLOCK_BYTES = 64 * 1024;

/**
 * Reads events like `decodeEventsToBinary`, but yields all events that a chunk completes together.
 * A block ends at 64 KiB. If an event is refused, the events before it are yielded first.
 */
export function decodeEventBlocks(
  schema: DescMessage,
  source: ByteSource,
  options: EventDecodeOptions = {},
): AsyncIterableIterator<readonly Uint8Array[]> {
  return readEach(source, createEventBlockDecoder(schema, options), (block) => block);
}

/**
 * Reads blocks of events like `decodeEventBlocks`, for callers that have the chunks themselves.
 *
 * @throws {TypeError} if the schema is not an event message.
 */
export function createEventBlockDecoder(
  schema: DescMessage,
  options: EventDecodeOptions = {},
): EventBlockDecoder {
  return new BlockDecoder(new EventDecoder(schema, options));
}

/** Reads events from chunks of bytes. */
export interface EventBlockDecoder {
  /** Adds a chunk. Call it only after `next` has returned undefined. */
  feed(chunk: Uint8Array): void;
  /** Ends the input. */
  close(): void;
  /**
   * Returns the next block; undefined if no other event is complete.
   *
   * @throws {EventStreamError} on a refused event, after the events before it.
   */
  next(): readonly Uint8Array[] | undefined;
}

/** Collects the events of a chunk. */
class BlockDecoder implements ChunkReader<readonly Uint8Array[]> {
  readonly #decoder: EventDecoder;
  #refusal: { readonly reason: unknown } | undefined;

  constructor(decoder: EventDecoder) {
    this.#decoder = decoder;
  }

  feed(chunk: Uint8Array): void {
    this.#decoder.feed(chunk);
  }

  close(): void {
    this.#decoder.close();
  }

  next(): readonly Uint8Array[] | undefined {
    if (this.#refusal !== undefined) {
      throw this.#refusal.reason;
    }
    const block: Uint8Array[] = [];
    let size = 0;
    try {
      while (size < BLOCK_BYTES) {
        const event = this.#decoder.next();
        if (event === undefined) {
          break;
        }
        block.push(event);
        size += event.length;
      }
    } catch (reason) {
      if (block.length === 0) {
        throw reason;
      }
      this.#refusal = { reason };
    }
    return block.length === 0 ? undefined : block;
  }
}

/**
 * Splits a stream of server-sent events by the same rules as `decodeEvents`, without converting the
 * payloads. For tools that compare or count the events of a stream. The bytes of a frame may be
 * overwritten when the next one is requested.
 *
 * @throws {EventStreamError} if an event is too large, or has no data at the end of the input.
 */
export function splitEvents(
  schema: DescMessage,
  source: ByteSource,
  options: EventDecodeOptions = {},
): AsyncIterableIterator<EventFrame> {
  return readEach(source, createSplitter(schema, options), (frame) => frame);
}

/** Reads elements from the chunks of a stream. */
interface ChunkReader<Element> {
  feed(chunk: Uint8Array): void;
  close(): void;
  next(): Element | undefined;
}

function readEach<Element, Result extends object>(
  source: ByteSource,
  reader: ChunkReader<Element>,
  convert: (element: Element) => Result,
): AsyncIterableIterator<Result> {
  let ended = false;
  return openSource(source, (read) => async () => {
    for (;;) {
      const element = reader.next();
      if (element !== undefined) {
        return convert(element);
      }
      if (ended) {
        return undefined;
      }
      const chunk = await read();
      if (chunk === undefined) {
        ended = true;
        reader.close();
      } else {
        reader.feed(chunk);
      }
    }
  });
}

/** Creates a web stream that reads events from the bytes piped through it. */
export function createEventDecoderStream<Schema extends DescMessage>(
  schema: Schema,
  options: EventDecodeOptions = {},
): TransformStream<Uint8Array, MessageShape<Schema>> {
  const decoder = new EventDecoder(schema, options);
  const enqueueAll = (controller: TransformStreamDefaultController<MessageShape<Schema>>): void => {
    for (let event = decoder.next(); event !== undefined; event = decoder.next()) {
      controller.enqueue(fromBinary(schema, event));
    }
  };
  return new TransformStream({
    transform: (chunk, controller) => {
      decoder.feed(chunk);
      enqueueAll(controller);
    },
    flush: (controller) => {
      decoder.close();
      enqueueAll(controller);
    },
  });
}
