import type { DescMessage } from "@bufbuild/protobuf";
import { OpenAIJsonError } from "@stepwire/openai-json";
import { EventStreamError } from "./error.js";
import { type EventCodec, eventCodec } from "./event-codec.js";
import { type EventForm, eventForm } from "./event-form.js";
import { type EventFrame, FrameRefusal } from "./frame.js";
import { FrameReader } from "./frame-reader.js";
import { type EventDecodeOptions, resolveDocumentDepth, resolveInvalidUtf8 } from "./options.js";
import { createTextReader, type TextReader } from "./utf8.js";

/** Splits the chunks of one stream into events. */
export class EventSplitter {
  /** Number of events that were returned. */
  count = 0;
  readonly #frames: FrameReader;

  constructor(form: EventForm, text: TextReader, options: EventDecodeOptions) {
    this.#frames = new FrameReader(form, text, options);
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
  next(): EventFrame | undefined {
    try {
      const frame = this.#frames.next();
      this.count += frame === undefined ? 0 : 1;
      return frame;
    } catch (reason) {
      throw toStreamError(this.count, reason);
    }
  }
}

/** Creates a splitter for a stream of events of a schema. */
export function createSplitter(schema: DescMessage, options: EventDecodeOptions): EventSplitter {
  const text = createTextReader(resolveInvalidUtf8(options.invalidUtf8));
  return new EventSplitter(eventForm(schema), text, options);
}

/** Converts the chunks of one stream to events in binary. */
export class EventDecoder {
  readonly #frames: EventSplitter;
  readonly #codec: EventCodec;
  readonly #text: TextReader;
  readonly #onRefused: EventDecodeOptions["onRefused"];

  constructor(schema: DescMessage, options: EventDecodeOptions) {
    const depth = resolveDocumentDepth(options.maxDepth);
    this.#onRefused = options.onRefused;
    this.#codec = eventCodec(schema, options.mode ?? "preserve", depth);
    this.#text = createTextReader(resolveInvalidUtf8(options.invalidUtf8));
    this.#frames = new EventSplitter(this.#codec.form, this.#text, options);
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
      const frame = this.#frames.next();
      const binary = frame && this.#convert(frame);
      if (frame === undefined || binary !== undefined) {
        return binary;
      }
    }
  }

  /** Returns undefined if the event is refused and its error was passed to `onRefused`. */
  #convert(frame: EventFrame): Uint8Array | undefined {
    try {
      return this.#codec.toBinary(frame, this.#text);
    } catch (reason) {
      const error = toStreamError(this.#frames.count - 1, reason);
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
