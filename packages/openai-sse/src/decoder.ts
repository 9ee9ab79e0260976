import { type Mode, OpenAIJsonError } from "@stepwire/openai-json";
import type { Transcoder } from "@stepwire/transcode";
import { documentTranscoder } from "./codec.js";
import { decodeFrame } from "./decode-frame.js";
import { EventStreamError } from "./error.js";
import { type EventFrame, FrameRefusal } from "./frame.js";
import { FrameReader } from "./frame-reader.js";
import { type EventDecodeOptions, resolveDocumentDepth } from "./options.js";

/** Turns the chunks of one stream into events in binary. */
export class EventDecoder {
  readonly #mode: Mode;
  readonly #frames: FrameReader;
  readonly #transcoder: Transcoder;
  #event = 0;

  constructor(options: EventDecodeOptions) {
    this.#mode = options.mode ?? "preserve";
    this.#frames = new FrameReader(options);
    this.#transcoder = documentTranscoder(this.#mode, resolveDocumentDepth(options.maxDepth));
  }

  /** The events that end within a chunk, each decoded when it is asked for. */
  push(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
    return this.#events(this.#frames.read(chunk));
  }

  /** The event that the end of the input completes, if there is one. */
  end(): Generator<Uint8Array, void, undefined> {
    return this.#events(this.#frames.end(this.#mode === "archive"));
  }

  *#events(frames: Iterable<EventFrame>): Generator<Uint8Array, void, undefined> {
    try {
      for (const frame of frames) {
        yield decodeFrame(frame, this.#mode, this.#transcoder);
        this.#event++;
      }
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
