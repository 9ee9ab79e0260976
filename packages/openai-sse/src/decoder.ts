import type { DescMessage } from "@bufbuild/protobuf";
import { OpenAIJsonError } from "@stepwire/openai-json";
import { EventStreamError } from "./error.js";
import { type EventCodec, eventCodec } from "./event-codec.js";
import { type EventFrame, FrameRefusal } from "./frame.js";
import { FrameReader } from "./frame-reader.js";
import { type EventDecodeOptions, resolveDocumentDepth, resolveInvalidUtf8 } from "./options.js";
import { createTextReader, type TextReader } from "./utf8.js";

/** Converts the chunks of one stream to events in binary. */
export class EventDecoder {
  readonly #frames: FrameReader;
  readonly #codec: EventCodec;
  readonly #text: TextReader;
  readonly #onRefused: EventDecodeOptions["onRefused"];
  #event = 0;

  constructor(schema: DescMessage, options: EventDecodeOptions) {
    const depth = resolveDocumentDepth(options.maxDepth);
    this.#onRefused = options.onRefused;
    this.#codec = eventCodec(schema, options.mode ?? "preserve", depth);
    this.#text = createTextReader(resolveInvalidUtf8(options.invalidUtf8));
    this.#frames = new FrameReader(this.#codec.form, this.#text, options);
  }

  /** Adds a chunk. Call it only after `next` has returned undefined. */
  feed(chunk: Uint8Array): void {
    this.#frames.feed(chunk);
  }

  /** Ends the input; this may complete the last event. */
  close(): void {
    this.#frames.close();
  }

  /**
   * Returns the next event; undefined if the chunks so far do not complete another one.
   *
   * @throws {EventStreamError} if the event is refused.
   */
  next(): Uint8Array | undefined {
    for (;;) {
      const frame = this.#nextFrame();
      if (frame === undefined) {
        return undefined;
      }
      const binary = this.#convert(frame);
      this.#event++;
      if (binary !== undefined) {
        return binary;
      }
    }
  }

  #nextFrame(): EventFrame | undefined {
    try {
      return this.#frames.next();
    } catch (reason) {
      throw toStreamError(this.#event, reason);
    }
  }

  /** Returns undefined if the event is refused and its error was passed to `onRefused`. */
  #convert(frame: EventFrame): Uint8Array | undefined {
    try {
      return this.#codec.toBinary(frame, this.#text);
    } catch (reason) {
      const error = toStreamError(this.#event, reason);
      if (this.#onRefused === undefined || !(error instanceof EventStreamError)) {
        throw error;
      }
      this.#onRefused(error);
      return undefined;
    }
  }
}

/**
 * Adds the number of the event to an error. Returns errors that are not about an event unchanged.
 */
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
