import { fromBinary } from "@bufbuild/protobuf";
import { type StreamEvent, StreamEventSchema } from "@stepwire/core";
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
 * @throws {EventStreamError} on an event that is refused; the ones before it were
 * delivered. An error of the source comes through as it is.
 */
export function decodeEvents(
  source: ByteSource,
  options: EventDecodeOptions = {},
): AsyncIterableIterator<StreamEvent> {
  return decodeEach(source, options, toMessage);
}

/**
 * The same, each event as the bytes of its message: for those who hand them on. No
 * message is built on the way. Small results may share a buffer with each other.
 */
export function decodeEventsToBinary(
  source: ByteSource,
  options: EventDecodeOptions = {},
): AsyncIterableIterator<Uint8Array> {
  return decodeEach(source, options, (binary) => binary);
}

function decodeEach<Event extends object>(
  source: ByteSource,
  options: EventDecodeOptions,
  convert: (binary: Uint8Array) => Event,
): AsyncIterableIterator<Event> {
  const decoder = new EventDecoder(options);
  let events: Iterator<Uint8Array, void> = [].values();
  let ended = false;
  return openSource(source, (read) => async () => {
    for (;;) {
      const { done, value } = events.next();
      if (done !== true) {
        return convert(value);
      }
      if (ended) {
        return undefined;
      }
      const chunk = await read();
      ended = chunk === undefined;
      events = chunk === undefined ? decoder.end() : decoder.push(chunk);
    }
  });
}

/** Events as a web stream, to pipe bytes through. */
export function createEventDecoderStream(
  options: EventDecodeOptions = {},
): TransformStream<Uint8Array, StreamEvent> {
  const decoder = new EventDecoder(options);
  return new TransformStream({
    transform: (chunk, controller) => enqueueAll(decoder.push(chunk), controller),
    flush: (controller) => enqueueAll(decoder.end(), controller),
  });
}

function toMessage(binary: Uint8Array): StreamEvent {
  return fromBinary(StreamEventSchema, binary);
}

function enqueueAll(
  events: Iterable<Uint8Array>,
  controller: TransformStreamDefaultController<StreamEvent>,
): void {
  for (const event of events) {
    controller.enqueue(toMessage(event));
  }
}
