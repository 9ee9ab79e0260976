import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { stringifyOpenAI } from "@stepwire/openai-json";
import { toStreamError } from "./decoder.js";
import { documentToText } from "./document-text.js";
import { eventCodec } from "./event-codec.js";
import { eventForm } from "./event-form.js";
import { type EventEncodeOptions, resolveDocumentDepth } from "./options.js";
import { openSource } from "./source.js";

/** Events, from wherever they come. */
export type EventInput<Event> = AsyncIterable<Event> | Iterable<Event> | ReadableStream<Event>;

/**
 * Turns one event into the bytes of a server-sent event, the blank line included.
 *
 * @param schema The event message, with the options of `stepwire/json/v1`.
 * @throws {TypeError} if the schema is not that of an event message.
 * @throws {EventStreamError} if the event has no such form.
 */
export function encodeEvent<Schema extends DescMessage>(
  schema: Schema,
  event: MessageShape<Schema>,
  options: EventEncodeOptions = {},
): Uint8Array {
  return createEncoder(schema, options)(event);
}

/**
 * The same of an event in binary. No message is built on the way.
 *
 * @throws {EventStreamError} if the event has no such form, or is malformed.
 */
export function encodeEventFromBinary(
  schema: DescMessage,
  binary: Uint8Array,
  options: EventEncodeOptions = {},
): Uint8Array {
  const codec = eventCodec(schema, "preserve", resolveDocumentDepth(options.maxDepth));
  try {
    return codec.toText(binary);
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
export function encodeEvents<Schema extends DescMessage>(
  schema: Schema,
  events: EventInput<MessageShape<Schema>>,
  options: EventEncodeOptions = {},
): AsyncIterableIterator<Uint8Array> {
  const encode = createEncoder(schema, options);
  return openSource(events, (read) => async () => {
    const event = await read();
    return event && encode(event);
  });
}

/** The same as a web stream, to pipe events through. */
export function createEventEncoderStream<Schema extends DescMessage>(
  schema: Schema,
  options: EventEncodeOptions = {},
): TransformStream<MessageShape<Schema>, Uint8Array> {
  const encode = createEncoder(schema, options);
  return new TransformStream({
    transform: (event, controller) => controller.enqueue(encode(event)),
  });
}

/**
 * Messages are converted by way of their JSON document, not of their binary form: that would
 * silently change a string that is not Unicode text.
 */
function createEncoder<Schema extends DescMessage>(
  schema: Schema,
  options: EventEncodeOptions,
): (event: MessageShape<Schema>) => Uint8Array {
  const maxDepth = resolveDocumentDepth(options.maxDepth);
  const form = eventForm(schema);
  const encoder = new TextEncoder();
  let count = 0;
  return (event) => {
    try {
      const json = stringifyOpenAI(schema, event, { maxDepth });
      return encoder.encode(documentToText(form, json));
    } catch (reason) {
      throw toStreamError(count, reason);
    } finally {
      count++;
    }
  };
}
