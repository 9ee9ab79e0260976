import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { stringifyOpenAI } from "@stepwire/openai-json";
import { joinBytes } from "@stepwire/wire/internal";
import { toStreamError } from "./decoder.js";
import { documentToText } from "./document-text.js";
import { eventCodec } from "./event-codec.js";
import { eventForm } from "./event-form.js";
import { type EventEncodeOptions, resolveDocumentDepth } from "./options.js";
import { openSource } from "./source.js";

/** A source of events. */
export type EventInput<Event> = AsyncIterable<Event> | Iterable<Event> | ReadableStream<Event>;

/**
 * Returns the bytes of a server-sent event, including the blank line at its end.
 *
 * @param schema The event message, with the options of `stepwire/json/v1`.
 * @throws {TypeError} if the schema is not an event message.
 * @throws {EventStreamError} if a server-sent event cannot express the message.
 */
export function encodeEvent<Schema extends DescMessage>(
  schema: Schema,
  event: MessageShape<Schema>,
  options: EventEncodeOptions = {},
): Uint8Array {
  return createEncoder(schema, options)(event);
}

/**
 * Returns the bytes of a server-sent event for an event in binary. No message object is built.
 *
 * @throws {EventStreamError} if a server-sent event cannot express the message, or the message is
 * malformed.
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
 * Returns the bytes of the server-sent events for several events in binary, one after the other.
 *
 * @throws {EventStreamError} like `encodeEventFromBinary`. Its number counts from the first event.
 */
export function encodeEventsFromBinary(
  schema: DescMessage,
  events: readonly Uint8Array[],
  options: EventEncodeOptions = {},
): Uint8Array {
  const codec = eventCodec(schema, "preserve", resolveDocumentDepth(options.maxDepth));
  const texts: Uint8Array[] = [];
  try {
    for (const event of events) {
      texts.push(codec.toText(event));
    }
  } catch (reason) {
    throw toStreamError(texts.length, reason);
  }
  const [only] = texts;
  return texts.length === 1 && only !== undefined ? only : joinBytes(texts);
}

/**
 * Writes events as server-sent events, one chunk for each. Events are read from the source only
 * when a chunk is requested; ending the iteration also ends the source.
 *
 * @throws {EventStreamError} on an event that a server-sent event cannot express.
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

/** Creates a web stream that writes the events piped through it as server-sent events. */
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
 * Messages are converted through their JSON document. Their binary form would silently change a
 * string that is not valid Unicode.
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
