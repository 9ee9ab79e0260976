import { type StreamEvent, StreamEventSchema } from "@stepwire/core";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { type EventDecodeOptions, resolveDocumentDepth } from "./options.js";

/**
 * Turns the JSON documents of events, `{"event": name, "data": payload}`, into
 * messages: the seam to the engine.
 *
 * @throws {OpenAIJsonError} if a document is refused.
 */
export type DocumentDecoder = (json: string) => StreamEvent;

/** The same, the other way. */
export type DocumentEncoder = (event: StreamEvent) => string;

export function createDocumentDecoder(options: EventDecodeOptions): DocumentDecoder {
  const { mode } = options;
  const maxDepth = resolveDocumentDepth(options.maxDepth);
  // The size of an event is bounded before its document is made.
  const maxBytes = Number.MAX_SAFE_INTEGER;
  return (json) => parseOpenAI(StreamEventSchema, json, { mode, maxDepth, maxBytes });
}

export function createDocumentEncoder(maxDepth: number | undefined): DocumentEncoder {
  const documentDepth = resolveDocumentDepth(maxDepth);
  return (event) => stringifyOpenAI(StreamEventSchema, event, { maxDepth: documentDepth });
}
