import { type StreamEvent, StreamEventSchema } from "@stepwire/core";
import { type Mode, stringifyOpenAI } from "@stepwire/openai-json";
import { createTranscoder, type Transcoder } from "@stepwire/transcode";

/*
 * The JSON documents of events, `{"event": name, "data": payload}`, to and from their
 * messages: the seam to the engines.
 */

const transcoders = new Map<string, Transcoder>();

/**
 * Converts the documents of events to binary and back. It holds no state between calls,
 * so that all streams of a kind share it.
 *
 * @param maxDepth how many levels a document may have.
 */
export function documentTranscoder(mode: Mode, maxDepth: number): Transcoder {
  const key = `${mode} ${maxDepth}`;
  let transcoder = transcoders.get(key);
  if (transcoder === undefined) {
    // The size of an event is bounded before its document is made.
    const maxBytes = Number.MAX_SAFE_INTEGER;
    transcoder = createTranscoder(StreamEventSchema, { mode, maxDepth, maxBytes });
    transcoders.set(key, transcoder);
  }
  return transcoder;
}

/**
 * The document of a message that was built in JavaScript. By way of the binary form, a
 * string that is no Unicode text would be changed without a word.
 *
 * @throws {OpenAIJsonError} if it has none.
 */
export function documentOf(event: StreamEvent, maxDepth: number): string {
  return stringifyOpenAI(StreamEventSchema, event, { maxDepth });
}
