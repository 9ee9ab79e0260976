import type { DescMessage } from "@bufbuild/protobuf";
import type { EventGroup } from "@stepwire/connect";
import { decodeEventBlocks, encodeEventsFromBinary } from "@stepwire/openai-sse";
import { createTranscoder, type Transcoder } from "@stepwire/transcode";

/*
 * The only module that knows which engine converts. Input and output are the bytes on the wires,
 * JSON and binary; no message object is built in between.
 *
 * The mode accepts every JSON object, because a gateway must not reject what it passes on.
 */

const mode = "archive";

/** Limits of one conversion. */
export interface ConversionLimits {
  readonly maxBytes: number;
}

/** Options for reading a stream of events. */
export interface StreamLimits extends ConversionLimits {
  /**
   * Whether bytes that are not UTF-8 become U+FFFD. If false, they are an error. @defaultValue
   * false
   */
  readonly replaceInvalidUtf8?: boolean | undefined;
}

/** Converts documents of one type. */
export type DocumentTranscoder = Pick<Transcoder, "toBinary" | "toJson">;

/** Returns a transcoder for the documents of a type. It accepts every JSON object. */
export function createDocumentTranscoder(
  schema: DescMessage,
  { maxBytes }: Partial<ConversionLimits> = {},
): DocumentTranscoder {
  return createTranscoder(schema, { mode, ...(maxBytes !== undefined && { maxBytes }) });
}

/**
 * Reads the events in the bytes of a stream. Yields messages of the schema in binary, those that
 * came together as one element.
 *
 * @throws {EventStreamError} on an event that is too large or not UTF-8.
 */
export function decodeEventStream(
  schema: DescMessage,
  bytes: AsyncIterable<Uint8Array>,
  { maxBytes, replaceInvalidUtf8 = false }: StreamLimits,
): AsyncIterable<EventGroup> {
  const invalidUtf8 = replaceInvalidUtf8 ? "replace" : "refuse";
  return decodeEventBlocks(schema, bytes, { mode, maxEventBytes: maxBytes, invalidUtf8 });
}

/** Converts event messages in binary to the bytes of server-sent events. */
export function binaryToServerSentEvents(schema: DescMessage, events: EventGroup): Uint8Array {
  return encodeEventsFromBinary(schema, events);
}
