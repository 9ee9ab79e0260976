import type { StreamEvent } from "@stepwire/core";
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
  const decoder = new EventDecoder(options);
  return openSource(source, async function* (read) {
    for (let chunk = await read(); chunk !== undefined; chunk = await read()) {
      yield* decoder.push(chunk);
    }
    yield* decoder.end();
  });
}

/** The same as a web stream, to pipe bytes through. */
export function createEventDecoderStream(
  options: EventDecodeOptions = {},
): TransformStream<Uint8Array, StreamEvent> {
  const decoder = new EventDecoder(options);
  return new TransformStream({
    transform: (chunk, controller) => enqueueAll(decoder.push(chunk), controller),
    flush: (controller) => enqueueAll(decoder.end(), controller),
  });
}

function enqueueAll(
  events: Iterable<StreamEvent>,
  controller: TransformStreamDefaultController<StreamEvent>,
): void {
  for (const event of events) {
    controller.enqueue(event);
  }
}
