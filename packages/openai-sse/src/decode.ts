import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { EventDecoder } from "./decoder.js";
import type { EventDecodeOptions } from "./options.js";
import { openSource } from "./source.js";

/** The bytes of a stream, from wherever they come, in chunks of any size. */
export type ByteSource = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/**
 * Turns the bytes of server-sent events into events. Bytes are read as events are
 * asked for. Ending the iteration cancels the source at once, even while it is
 * being waited for.
 *
 * @param schema The event message, with the options of `stepwire/json/v1`.
 * @throws {TypeError} if the schema is not that of an event message.
 * @throws {EventStreamError} on an event that is refused; the ones before it were
 * delivered. An error of the source comes through as it is.
 */
export function decodeEvents<Schema extends DescMessage>(
  schema: Schema,
  source: ByteSource,
  options: EventDecodeOptions = {},
): AsyncIterableIterator<MessageShape<Schema>> {
  return decodeEach(schema, source, options, (binary) => fromBinary(schema, binary));
}

/**
 * The same, each event as the bytes of its message: for those who hand them on. No
 * message is built on the way. Small results may share a buffer with each other.
 */
export function decodeEventsToBinary(
  schema: DescMessage,
  source: ByteSource,
  options: EventDecodeOptions = {},
): AsyncIterableIterator<Uint8Array> {
  return decodeEach(schema, source, options, (binary) => binary);
}

function decodeEach<Event extends object>(
  schema: DescMessage,
  source: ByteSource,
  options: EventDecodeOptions,
  convert: (binary: Uint8Array) => Event,
): AsyncIterableIterator<Event> {
  const decoder = new EventDecoder(schema, options);
  let ended = false;
  return openSource(source, (read) => async () => {
    for (;;) {
      const binary = decoder.next();
      if (binary !== undefined) {
        return convert(binary);
      }
      if (ended) {
        return undefined;
      }
      const chunk = await read();
      if (chunk === undefined) {
        ended = true;
        decoder.close();
      } else {
        decoder.feed(chunk);
      }
    }
  });
}

/** Events as a web stream, to pipe bytes through. */
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
