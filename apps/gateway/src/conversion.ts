import type { DescMessage } from "@bufbuild/protobuf";
import { decodeEventsToBinary, encodeEventFromBinary } from "@stepwire/openai-sse";
import { createTranscoder, type Transcoder } from "@stepwire/transcode";

/*
 * The one place that knows which engine converts. What goes in and out is what is on
 * the wires, JSON and binary; no message is built on the way.
 *
 * Nothing that is a JSON object is refused: a gateway is not the judge of what passes.
 */

const mode = "archive";

/** How much may be converted at once. */
export interface ConversionLimits {
  readonly maxBytes: number;
}

/** How a stream of events is read. */
export interface StreamLimits extends ConversionLimits {
  /** Whether bytes that are not UTF-8 become U+FFFD. @defaultValue false: they are refused */
  readonly replaceInvalidUtf8?: boolean | undefined;
}

/** Converts documents of one type. */
export type DocumentTranscoder = Pick<Transcoder, "toBinary" | "toJson">;

/** Returns a transcoder for the documents of a type, whatever is in them. */
export function createDocumentTranscoder(
  schema: DescMessage,
  { maxBytes }: Partial<ConversionLimits> = {},
): DocumentTranscoder {
  return createTranscoder(schema, { mode, ...(maxBytes !== undefined && { maxBytes }) });
}

/**
 * Reads the events in the bytes of a stream, as messages of the schema in binary.
 *
 * @throws {EventStreamError} on an event that is too large or not UTF-8.
 */
export function decodeEventStream(
  schema: DescMessage,
  bytes: AsyncIterable<Uint8Array>,
  { maxBytes, replaceInvalidUtf8 = false }: StreamLimits,
): AsyncIterable<Uint8Array> {
  const invalidUtf8 = replaceInvalidUtf8 ? "replace" : "refuse";
  return decodeEventsToBinary(schema, bytes, { mode, maxEventBytes: maxBytes, invalidUtf8 });
}

/** Returns the bytes of a server-sent event from those of its message. */
export function binaryToServerSentEvent(schema: DescMessage, event: Uint8Array): Uint8Array {
  return encodeEventFromBinary(schema, event);
}
