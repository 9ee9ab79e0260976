import type { DescMessage } from "@bufbuild/protobuf";
import type { EventGroup, Polled } from "@stepwire/connect";
import { createPolled, ENDED, isPolled } from "@stepwire/connect/internal";
import {
  createEventBlockDecoder,
  decodeEventBlocks,
  type EventBlockDecoder,
  encodeEventsFromBinary,
} from "@stepwire/openai-sse";
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
  const options = { mode, maxEventBytes: maxBytes, invalidUtf8 } as const;
  const iterator = bytes[Symbol.asyncIterator]();
  return isPolled(iterator)
    ? decodePolled(createEventBlockDecoder(schema, options), iterator)
    : decodeEventBlocks(schema, bytes, options);
}

/** Reads events like `decodeEventBlocks` from a source that can be polled, and can be polled too. */
function decodePolled(decoder: EventBlockDecoder, source: Polled<Uint8Array>): Polled<EventGroup> {
  let hasEnded = false;
  const takeNext = (): EventGroup | typeof ENDED | undefined => {
    for (;;) {
      const block = decoder.next();
      if (block !== undefined) {
        return block;
      }
      if (hasEnded) {
        return ENDED;
      }
      const chunk = source.take();
      if (chunk === undefined) {
        return undefined;
      }
      if (chunk === ENDED) {
        hasEnded = true;
        decoder.close();
      } else {
        decoder.feed(chunk);
      }
    }
  };
  const end = async (): Promise<void> => {
    hasEnded = true;
    await source.return?.();
  };
  const take = (): EventGroup | typeof ENDED | undefined => {
    try {
      return takeNext();
    } catch (error) {
      end().catch(() => {});
      throw error;
    }
  };
  return createPolled({ take, wait: (wake) => source.wait(wake) }, end);
}

/** Converts event messages in binary to the bytes of server-sent events. */
export function binaryToServerSentEvents(schema: DescMessage, events: EventGroup): Uint8Array {
  return encodeEventsFromBinary(schema, events);
}
