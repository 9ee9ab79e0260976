import type { StreamEvent } from "@stepwire/core";
import { documentOf, documentTranscoder } from "./codec.js";
import { toStreamError } from "./decoder.js";
import { encodeFrame, encodeTranscodedFrame } from "./encode-frame.js";
import { type EventEncodeOptions, resolveDocumentDepth } from "./options.js";
import { openSource } from "./source.js";

/** Events, from wherever they come. */
export type EventInput =
  | AsyncIterable<StreamEvent>
  | Iterable<StreamEvent>
  | ReadableStream<StreamEvent>;

/**
 * Turns one event into the bytes of a server-sent event, the blank line included.
 *
 * @throws {EventStreamError} if the event has no such form.
 */
export function encodeEvent(event: StreamEvent, options: EventEncodeOptions = {}): Uint8Array {
  return createEncoder(options)(event);
}

/**
 * The same of an event in binary. No message is built on the way.
 *
 * @throws {EventStreamError} if the event has no such form, or is malformed.
 */
export function encodeEventFromBinary(
  binary: Uint8Array,
  options: EventEncodeOptions = {},
): Uint8Array {
  const transcoder = documentTranscoder("preserve", resolveDocumentDepth(options.maxDepth));
  try {
    return encodeTranscodedFrame(binary, transcoder.toJson(binary));
  } catch (reason) {
    throw toStreamError(0, reason);
  }
}

/**
 * Turns events into the bytes of server-sent events, one chunk for each. Events
 * are taken as chunks are asked for; ending the iteration ends that of the events.
 *
 * @throws {EventStreamError} on an event that has no such form.
 */
export function encodeEvents(
  events: EventInput,
  options: EventEncodeOptions = {},
): AsyncIterableIterator<Uint8Array> {
  const encode = createEncoder(options);
  return openSource(events, (read) => async () => {
    const event = await read();
    return event && encode(event);
  });
}

/** The same as a web stream, to pipe events through. */
export function createEventEncoderStream(
  options: EventEncodeOptions = {},
): TransformStream<StreamEvent, Uint8Array> {
  const encode = createEncoder(options);
  return new TransformStream({
    transform: (event, controller) => controller.enqueue(encode(event)),
  });
}

function createEncoder(options: EventEncodeOptions): (event: StreamEvent) => Uint8Array {
  const maxDepth = resolveDocumentDepth(options.maxDepth);
  const encoder = new TextEncoder();
  let count = 0;
  return (event) => {
    try {
      return encoder.encode(encodeFrame(documentOf(event, maxDepth)));
    } catch (reason) {
      throw toStreamError(count, reason);
    } finally {
      count++;
    }
  };
}
