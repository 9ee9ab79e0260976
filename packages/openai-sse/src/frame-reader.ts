import { createParser, type EventSourceParser } from "eventsource-parser";
import { NOT_UTF8 } from "./error.js";
import { DONE_NAME, type EventFrame, FrameRefusal, NO_NAME } from "./frame.js";
import { LineSplitter, tooLarge } from "./line-splitter.js";
import {
  type EventDecodeOptions,
  resolveFraming,
  resolveInvalidUtf8,
  resolveMaxEventBytes,
} from "./options.js";

/** What the lines of the current event had so far. */
interface Block {
  hasName: boolean;
  hasData: boolean;
  /** The bytes that its fields have, without comments: only fields are held. */
  length: number;
}

/**
 * Reads the bytes of a stream as server-sent events. What a line means is up to
 * `eventsource-parser`; what is done here is what it leaves open: UTF-8 that is
 * broken, the size of one event, events without data, and where an event ends.
 */
export class FrameReader {
  readonly #maxBytes: number;
  readonly #lenient: boolean;
  readonly #onSkipped: NonNullable<EventDecodeOptions["onSkipped"]>;
  readonly #splitter: LineSplitter;
  readonly #parser: EventSourceParser;
  readonly #decoder: InstanceType<typeof TextDecoder>;
  #atStart = true;
  #block: Block = emptyBlock();
  #frame: EventFrame | undefined;

  constructor(options: EventDecodeOptions) {
    this.#maxBytes = resolveMaxEventBytes(options.maxEventBytes);
    this.#lenient = resolveFraming(options.framing) === "lenient";
    const fatal = resolveInvalidUtf8(options.invalidUtf8) === "refuse";
    this.#decoder = new TextDecoder("utf-8", { fatal, ignoreBOM: true });
    this.#onSkipped = options.onSkipped ?? (() => {});
    this.#splitter = new LineSplitter(this.#maxBytes);
    this.#parser = this.#createParser();
  }

  /**
   * The events that end within a chunk.
   *
   * @throws {FrameRefusal} if an event is too large, or its bytes are not UTF-8 and are not
   * to be replaced.
   */
  *read(chunk: Uint8Array): Generator<EventFrame, void, undefined> {
    for (const bytes of this.#splitter.split(chunk)) {
      yield* this.#line(bytes);
    }
  }

  /**
   * The event that the end of the input completes, if there is one: it has its
   * data, or is the event `done`, and lacks but the blank line.
   *
   * @throws {FrameRefusal} likewise, and if the input ends before the event's data
   * and such an event is not to be kept.
   */
  *end(keepsCutOff: boolean): Generator<EventFrame, void, undefined> {
    const bytes = this.#splitter.end();
    if (bytes !== undefined) {
      yield* this.#line(bytes);
    }
    for (const frame of this.#finishBlock()) {
      if (frame.data === undefined && frame.event !== DONE_NAME && !keepsCutOff) {
        const expected = "the data of the event";
        throw new FrameRefusal("not_json", "/data", expected, "the end of the input");
      }
      yield frame;
    }
  }

  *#line(bytes: Uint8Array): Generator<EventFrame, void, undefined> {
    if (bytes.length === 0) {
      this.#atStart = false;
      yield* this.#finishBlock();
      return;
    }
    const line = this.#decode(bytes);
    // The parser takes a byte order mark away, but only at the start of the stream.
    const name = fieldName(this.#atStart ? line.replace(/^\uFEFF/, "") : line);
    this.#atStart = false;
    if (name === "event" && this.#lenient && (this.#block.hasName || this.#block.hasData)) {
      yield* this.#finishBlock();
    }
    const block = this.#block;
    block.hasName ||= name === "event";
    block.hasData ||= name === "data";
    if (name === "event" || name === "data" || name === "id") {
      block.length += bytes.length;
      if (block.length > this.#maxBytes) {
        throw tooLarge(this.#maxBytes, block.length);
      }
    }
    if (name === "id" && line.includes("\0")) {
      // The standard ignores it, and the parser says nothing.
      this.#onSkipped({ kind: "field", name, value: line.slice("id:".length).trimStart() });
    }
    this.#parser.feed(`${line}\n`);
  }

  /** Ends the current event, as a blank line does. */
  *#finishBlock(): Generator<EventFrame, void, undefined> {
    // The standard drops an event without data; servers and clients of OpenAI do not.
    this.#parser.feed(this.#block.hasName && !this.#block.hasData ? "data\n\n" : "\n");
    this.#block = emptyBlock();
    const frame = this.#frame;
    if (frame !== undefined) {
      this.#frame = undefined;
      yield frame;
    }
  }

  #decode(bytes: Uint8Array): string {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      const expected = 'UTF-8 (invalidUtf8: "replace" lets it pass with U+FFFD)';
      throw new FrameRefusal("not_json", "", expected, NOT_UTF8);
    }
  }

  #createParser(): EventSourceParser {
    return createParser({
      onId: (id) => {
        if (!this.#block.hasName && !this.#block.hasData) {
          this.#onSkipped({ kind: "id", id });
        }
      },
      onEvent: ({ event = NO_NAME, id, data }) => {
        this.#frame = { event, id, data: this.#block.hasData ? data : undefined };
      },
      onComment: (text) => this.#onSkipped({ kind: "comment", text }),
      onRetry: (milliseconds) => this.#onSkipped({ kind: "retry", milliseconds }),
      onError: ({ field = "retry", value = "" }) =>
        this.#onSkipped({ kind: "field", name: field, value }),
    });
  }
}

function emptyBlock(): Block {
  return { hasName: false, hasData: false, length: 0 };
}

/** The name of the field that a line is; undefined for a comment. */
function fieldName(line: string): string | undefined {
  const colon = line.indexOf(":");
  return colon === 0 ? undefined : line.slice(0, colon === -1 ? line.length : colon);
}
