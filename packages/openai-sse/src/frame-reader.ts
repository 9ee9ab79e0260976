import type { EventForm } from "./event-form.js";
import { type EventFrame, FrameRefusal } from "./frame.js";
import { GrowingBytes } from "./growing-bytes.js";
import { checkSize, LineReader } from "./line-reader.js";
import { type EventDecodeOptions, resolveFraming, resolveMaxEventBytes } from "./options.js";
import type { TextReader } from "./utf8.js";

const SPACE = 0x20;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const LINE_FEED = 0x0a;
const NUL = 0;
const NO_NAME = new Uint8Array(0);

const utf8 = new TextEncoder();
const BYTE_ORDER_MARK = utf8.encode("\uFEFF");
const EVENT = utf8.encode("event");
const DATA = utf8.encode("data");
const ID = utf8.encode("id");

/** What the splitting of a stream depends on. */
export type FrameForm = Pick<EventForm, "keepsIds" | "isEndName" | "contentPointer">;

/**
 * Splits a stream into server-sent events, by the grammar of the standard
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html). Names, payloads and identifiers
 * stay bytes. Differences from the standard: the size of an event is limited, events without data
 * are returned, and framing may be `lenient`.
 */
export class FrameReader {
  readonly #form: FrameForm;
  readonly #text: TextReader;
  readonly #maxBytes: number;
  readonly #lenient: boolean;
  readonly #keepsCutOff: boolean;
  readonly #onSkipped: NonNullable<EventDecodeOptions["onSkipped"]>;
  readonly #lines: LineReader;
  #chunk: Uint8Array | undefined;
  #atStart = true;
  #ended = false;

  // The values that the lines of the current event have set so far.
  #name: Uint8Array | undefined;
  #id: Uint8Array | undefined;
  /** The data if there is one `data:` line so far; further lines are joined to it. */
  #data: Uint8Array | undefined;
  readonly #joined = new GrowingBytes();
  #hasData = false;
  /** Size of the lines `event`, `data` and `id`; only these are kept. */
  #size = 0;

  constructor(form: FrameForm, text: TextReader, options: EventDecodeOptions) {
    this.#form = form;
    this.#text = text;
    this.#maxBytes = resolveMaxEventBytes(options.maxEventBytes);
    this.#lenient = resolveFraming(options.framing) === "lenient";
    this.#keepsCutOff = options.mode === "archive";
    this.#onSkipped = options.onSkipped ?? (() => {});
    this.#lines = new LineReader(this.#maxBytes);
  }

  /** Adds a chunk. Call it only after `next` has returned undefined. */
  feed(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#lines.feed(chunk);
  }

  /**
   * Ends the input. This completes the last event if only its blank line is missing, and it has
   * data or ends the stream.
   */
  close(): void {
    this.#lines.close();
    this.#ended = true;
  }

  /**
   * Returns the next event that the chunks complete; undefined if there is none. Its bytes are
   * valid until the next call. After undefined is returned, the reader does not refer to the chunk
   * any more.
   *
   * @throws {FrameRefusal} if an event is too large; if bytes that are read as text are not UTF-8;
   * at the end of the input, if the last event has no data.
   */
  next(): EventFrame | undefined {
    try {
      const lines = this.#lines;
      while (lines.next()) {
        const frame = this.#readLine(lines.bytes, lines.start, lines.end);
        if (frame !== undefined) {
          return frame;
        }
      }
    } catch (reason) {
      // Invalid UTF-8 was received before the limit was exceeded, so it is reported first.
      this.#checkText();
      throw reason;
    }
    if (this.#ended) {
      return this.#checkCutOff(this.#finishBlock());
    }
    this.#keepBlock();
    return undefined;
  }

  #readLine(bytes: Uint8Array, lineStart: number, end: number): EventFrame | undefined {
    let start = lineStart;
    if (this.#atStart) {
      this.#atStart = false;
      if (startsWith(bytes, start, end, BYTE_ORDER_MARK)) {
        start += BYTE_ORDER_MARK.length;
      }
    }
    if (start === end) {
      return this.#finishBlock();
    }
    const data = valueStart(bytes, start, end, DATA);
    if (data !== -1) {
      const frame = this.#lenient && this.#hasWholePayload() ? this.#finishBlock() : undefined;
      this.#addData(bytes.subarray(data, end));
      this.#grow(end - lineStart);
      return frame;
    }
    const name = valueStart(bytes, start, end, EVENT);
    if (name !== -1) {
      const isNext = this.#lenient && (this.#name !== undefined || this.#hasData);
      const frame = isNext ? this.#finishBlock() : undefined;
      this.#discard(this.#name);
      this.#name = bytes.subarray(name, end);
      this.#grow(end - lineStart);
      return frame;
    }
    const id = valueStart(bytes, start, end, ID);
    if (id === -1) {
      this.#skip(this.#text.read(bytes.subarray(start, end)));
      return undefined;
    }
    const frame = this.#setId(bytes.subarray(id, end));
    this.#grow(end - lineStart);
    return frame;
  }

  #grow(size: number): void {
    this.#size += size;
    checkSize(this.#size, this.#maxBytes);
  }

  /**
   * Returns whether the current event has no name, and its payload so far is one line with a JSON
   * object. Payloads of several lines are not examined, so the cost is that of one line.
   */
  #hasWholePayload(): boolean {
    const data = this.#data;
    if (data === undefined || this.#name !== undefined || data[0] !== OPEN_BRACE) {
      return false;
    }
    try {
      JSON.parse(new TextDecoder("utf-8", { ignoreBOM: true }).decode(data));
      return true;
    } catch {
      return false;
    }
  }

  #addData(line: Uint8Array): void {
    if (!this.#hasData) {
      this.#hasData = true;
      this.#data = line;
      return;
    }
    if (this.#data !== undefined) {
      this.#joined.append(this.#data);
      this.#data = undefined;
    }
    this.#joined.appendByte(LINE_FEED);
    this.#joined.append(line);
  }

  /** Returns the event that is complete because the identifier belongs to the next one. */
  #setId(value: Uint8Array): EventFrame | undefined {
    if (value.includes(NUL)) {
      // The standard ignores an identifier that contains NUL.
      this.#onSkipped({ kind: "field", name: "id", value: this.#text.read(value).trimStart() });
      return undefined;
    }
    const isNext = this.#lenient && this.#id !== undefined && this.#hasData;
    const frame = isNext ? this.#finishBlock() : undefined;
    this.#discard(this.#id);
    this.#id = value;
    return frame;
  }

  /** Checks a value that a later line replaces, in the same way as the values that are kept. */
  #discard(value: Uint8Array | undefined): void {
    if (value !== undefined && value.length > 0) {
      this.#text.read(value);
    }
  }

  /** Checks the values of the current event. */
  #checkText(): void {
    for (const value of [this.#name, this.#id, this.#data, this.#joined.take()]) {
      this.#discard(value);
    }
  }

  /** Ends the current event, at a blank line. */
  #finishBlock(): EventFrame | undefined {
    const name = this.#name;
    const data = this.#data ?? (this.#hasData ? this.#joined.take() : undefined);
    let id = this.#id;
    this.#name = undefined;
    this.#data = undefined;
    this.#id = undefined;
    this.#hasData = false;
    this.#size = 0;
    const isEvent = name !== undefined || data !== undefined;
    if (id !== undefined && !(isEvent && this.#form.keepsIds)) {
      this.#onSkipped({ kind: "id", id: this.#text.read(id) });
      id = undefined;
    }
    // The standard ignores an event without data; OpenAI's servers and clients do not.
    return isEvent ? { name: name ?? NO_NAME, data, id } : undefined;
  }

  #checkCutOff(frame: EventFrame | undefined): EventFrame | undefined {
    if (frame !== undefined && frame.data === undefined && !this.#keepsCutOff) {
      this.#text.read(frame.name);
      if (!this.#form.isEndName(frame.name)) {
        const { contentPointer } = this.#form;
        const found = "the end of the input";
        throw new FrameRefusal("not_json", contentPointer, "the data of the event", found);
      }
    }
    return frame;
  }

  /**
   * Copies the values of the current event, because the owner of the chunk may reuse its buffer.
   */
  #keepBlock(): void {
    const buffer = this.#chunk?.buffer;
    this.#chunk = undefined;
    if (this.#size > 0 && buffer !== undefined) {
      const keep = (value: Uint8Array | undefined) =>
        value?.buffer === buffer ? value.slice() : value;
      this.#name = keep(this.#name);
      this.#id = keep(this.#id);
      this.#data = keep(this.#data);
    }
  }

  /** Reports a line that does not belong to an event. */
  #skip(line: string): void {
    const colon = line.indexOf(":");
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (colon === 0) {
      this.#onSkipped({ kind: "comment", text: value });
    } else if (name === "retry" && /^[0-9]+$/.test(value)) {
      this.#onSkipped({ kind: "retry", milliseconds: Number.parseInt(value, 10) });
    } else {
      this.#onSkipped({ kind: "field", name, value });
    }
  }
}

function startsWith(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (start + text.length > end) {
    return false;
  }
  for (let index = 0; index < text.length; index++) {
    if (bytes[start + index] !== text[index]) {
      return false;
    }
  }
  return true;
}

/** Returns the offset of a line's value; -1 if the line is not a field with this name. */
function valueStart(bytes: Uint8Array, start: number, end: number, name: Uint8Array): number {
  if (!startsWith(bytes, start, end, name)) {
    return -1;
  }
  const colon = start + name.length;
  if (colon === end) {
    return end;
  }
  if (bytes[colon] !== COLON) {
    return -1;
  }
  return colon + 1 < end && bytes[colon + 1] === SPACE ? colon + 2 : colon + 1;
}
