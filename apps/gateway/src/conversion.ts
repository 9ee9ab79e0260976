import { type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { mapEvents } from "@stepwire/connect";
import { StreamEventSchema } from "@stepwire/core";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { decodeEvents, encodeEvent } from "@stepwire/openai-sse";

/*
 * The one place that knows which engine converts. What goes in and out is what is on
 * the wires, JSON and binary, so that an engine that never builds a message fits too.
 *
 * Nothing that is a JSON object is refused: a gateway is not the judge of what passes.
 */

const mode = "archive";

/** How much may be converted at once. */
export interface ConversionLimits {
  readonly maxBytes: number;
}

/**
 * A JSON document as the bytes of its message.
 *
 * @throws {OpenAIJsonError} if it is no JSON object.
 */
export function jsonToBinary(
  schema: DescMessage,
  json: Uint8Array,
  { maxBytes }: ConversionLimits,
): Uint8Array {
  return toBinary(schema, parseOpenAI(schema, json, { mode, maxBytes }));
}

/** The JSON text of a message from its bytes. */
export function binaryToJson(schema: DescMessage, binary: Uint8Array): string {
  return stringifyOpenAI(schema, fromBinary(schema, binary));
}

/**
 * The events in the bytes of a stream, as the bytes of their messages.
 *
 * @throws {EventStreamError} on an event that is too large.
 */
export function decodeEventStream(
  bytes: AsyncIterable<Uint8Array>,
  { maxBytes }: ConversionLimits,
): AsyncIterable<Uint8Array> {
  const events = decodeEvents(bytes, { mode, maxEventBytes: maxBytes });
  return mapEvents(events, { map: (event) => toBinary(StreamEventSchema, event) });
}

/** The bytes of a server-sent event from those of its message. */
export function binaryToServerSentEvent(event: Uint8Array): Uint8Array {
  return encodeEvent(fromBinary(StreamEventSchema, event));
}
