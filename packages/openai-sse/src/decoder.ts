import type { DescMessage } from "@bufbuild/protobuf";
import { OpenAIJsonError } from "@stepwire/openai-json";
import { EventStreamError } from "./error.js";
import { type EventCodec, eventCodec } from "./event-codec.js";
import { FrameRefusal } from "./frame.js";
import { FrameReader } from "./frame-reader.js";
import { type EventDecodeOptions, resolveDocumentDepth, resolveInvalidUtf8 } from "./options.js";
import { createTextReader, type TextReader } from "./utf8.js";

/** Turns the chunks of one stream into events in binary. */
export class EventDecoder {
  readonly #frames: FrameReader;
  readonly #codec: EventCodec;
  readonly #text: TextReader;
  #event = 0;

  constructor(schema: DescMessage, options: EventDecodeOptions) {
    const depth = resolveDocumentDepth(options.maxDepth);
    this.#codec = eventCodec(schema, options.mode ?? "preserve", depth);
    this.#text = createTextReader(resolveInvalidUtf8(options.invalidUtf8));
    this.#frames = new FrameReader(this.#codec.form, this.#text, options);
  }

  /** Adds a chunk, once `next` has returned nothing. */
  feed(chunk: Uint8Array): void {
    this.#frames.feed(chunk);
  }

  /** Ends the input, which may complete the last event. */
  close(): void {
    this.#frames.close();
  }

  /**
   * Returns the next event; nothing if the chunks so far complete no further one.
   *
   * @throws {EventStreamError} if it is refused.
   */
  next(): Uint8Array | undefined {
    try {
      const frame = this.#frames.next();
      if (frame === undefined) {
        return undefined;
      }
      const binary = this.#codec.toBinary(frame, this.#text);
      this.#event++;
      return binary;
    } catch (reason) {
      throw toStreamError(this.#event, reason);
    }
  }
}

/** Says of which event an error is. An error that is of none comes back. */
export function toStreamError(event: number, reason: unknown): unknown {
  if (reason instanceof OpenAIJsonError) {
    return new EventStreamError(event, reason.violations, { cause: reason });
  }
  if (reason instanceof FrameRefusal) {
    const { code, pointer, expected, found, offset } = reason;
    const violation = { code, pointer, path: "", expected, found };
    return new EventStreamError(event, [
      offset === undefined ? violation : { ...violation, offset },
    ]);
  }
  return reason;
}
