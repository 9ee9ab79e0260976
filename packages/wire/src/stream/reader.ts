import { ByteInput, CUT_OFF, TOO_LONG, VarintReader } from "./byte-input.js";
import { CopyList } from "./copy-list.js";
import { type StreamErrorCode, StreamFailure, StreamFormatError } from "./error.js";
import {
  CONTROL_HEAD,
  Control,
  DEFAULT_BLOCK_BYTES,
  DEFAULT_EVENT_BYTES,
  DEFAULT_EXPANSION,
  DEFAULT_STATE_BYTES,
  FIELD_NUMBERS,
  Head,
  MAGIC,
  MAXIMUM_COPIES,
  MAXIMUM_FIELDS,
  MAXIMUM_VALUES,
  ShapeArm,
  ShapeForm,
  TEXTS,
  VERSION,
} from "./format.js";
import { History } from "./history.js";
import { EventRestorer } from "./restorer.js";
import { Shape } from "./shape.js";
import { TextList } from "./texts.js";

/** Readers share it: it is only used within a call. */
const SHARED_COPIES = new CopyList();

/** An event of a stream. */
export interface NumberedEvent {
  readonly number: number;
  /** The event message, in binary. Small events share a buffer. */
  readonly bytes: Uint8Array;
}

/** Options for reading a stream. */
export interface StreamReadOptions {
  /** Smallest number that the first event may have, as for a reader that resumes. @defaultValue 0 */
  readonly firstNumber?: number | undefined;
  /** Maximum size of an event, in bytes. @defaultValue 16 MiB */
  readonly maxEventBytes?: number | undefined;
  /**
   * Maximum size of the payloads to remember, in bytes, with 64 for each type of payload.
   * @defaultValue 1 MiB
   */
  readonly maxStateBytes?: number | undefined;
  /**
   * Size of a block of events, in bytes. A block is larger if its last event exceeds this size.
   * @defaultValue 1 MiB
   */
  readonly maxBlockBytes?: number | undefined;
  /**
   * Maximum ratio of the size of all events, and of the decompressed stream, to the size of the input.
   * `maxBlockBytes` may be exceeded by this. @defaultValue 1000
   */
  readonly maxExpansion?: number | undefined;
}

/**
 * Reads event messages in the stream format (docs/stream-format.md): `push` adds a chunk of any size,
 * `next` or `nextBlock` returns the events that are complete, and `finish` checks the end.
 *
 * After an error, all methods throw it again, and no memory is held.
 */
export class StreamReader {
  readonly #maxEventBytes: number;
  readonly #maxBlockBytes: number;
  readonly #maxExpansion: number;
  readonly #input = new ByteInput();
  readonly #varint = new VarintReader();
  readonly #restorer: EventRestorer;
  readonly #shape = new Shape();
  readonly #history = new History();
  readonly #texts = new TextList();
  readonly #copies = SHARED_COPIES;
  readonly #body = new ByteRange();
  #next: number;
  #hasHeader = false;
  #isEnded = false;
  #failure: StreamFormatError | StreamFailure | undefined;
  /** Size of the input before decompression, of the input after it, and of all events. */
  #read = 0;
  #decompressed = 0;
  #restored = 0;

  constructor({
    firstNumber = 0,
    maxEventBytes = DEFAULT_EVENT_BYTES,
    maxStateBytes = DEFAULT_STATE_BYTES,
    maxBlockBytes = DEFAULT_BLOCK_BYTES,
    maxExpansion = DEFAULT_EXPANSION,
  }: StreamReadOptions = {}) {
    this.#next = firstNumber;
    this.#maxEventBytes = maxEventBytes;
    this.#maxBlockBytes = maxBlockBytes;
    this.#maxExpansion = maxExpansion;
    this.#restorer = new EventRestorer(maxEventBytes, maxStateBytes, (code, expected, found) =>
      this.#fail(code, expected, found),
    );
  }

  /** Whether the end mark was read. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Number of the next event, unless the stream skips numbers. */
  get nextNumber(): number {
    return this.#next;
  }

  /** Number of bytes of complete records that were read, after decompression. */
  get offset(): number {
    return this.#input.offset;
  }

  /**
   * Adds a chunk. It must not change until `next` has returned undefined.
   *
   * @param read Number of bytes of the input that this chunk was decompressed from.
   * @throws {StreamFormatError} if the input expands too much, or there are bytes after the end mark.
   */
  push(chunk: Uint8Array, read: number = chunk.length): void {
    this.#check();
    this.#read += read;
    this.#decompressed += chunk.length;
    this.#checkExpansion(this.#decompressed);
    if (chunk.length > 0) {
      this.#input.push(chunk);
      if (this.#isEnded) {
        this.#fail("trailing_bytes", "the end of the input after the end mark", "more bytes");
      }
    }
  }

  /**
   * Returns the next event, or undefined if more input is needed or the stream has ended.
   *
   * @throws {StreamFormatError} if the stream is malformed or exceeds a limit.
   * @throws {StreamFailure} if the writer reported a failure.
   */
  next(): NumberedEvent | undefined {
    this.#check();
    for (;;) {
      const event = this.#record();
      if (event !== SKIPPED) {
        return event;
      }
    }
  }

  /**
   * Returns the events that are complete, at most as many as fit into a block. The result is empty if
   * more input is needed or the stream has ended. If an error follows after events, the events are
   * returned first, and the next call throws the error.
   */
  nextBlock(): readonly NumberedEvent[] {
    const events: NumberedEvent[] = [];
    let size = 0;
    while (size < this.#maxBlockBytes) {
      let event: NumberedEvent | undefined;
      try {
        event = this.next();
      } catch (reason) {
        if (events.length > 0 && reason === this.#failure) {
          return events;
        }
        throw reason;
      }
      if (event === undefined) {
        return events;
      }
      events.push(event);
      size += event.bytes.length;
    }
    return events;
  }

  /** @throws {StreamFormatError} if the input ended before the end mark. */
  finish(): void {
    this.#check();
    if (!this.#isEnded) {
      const { rest } = this.#input;
      const found =
        rest > 0
          ? `the end of the input within a record, after ${rest} bytes of it`
          : "the end of the input";
      this.#fail("cut_off", "the end mark", found);
    }
  }

  #check(): void {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }

  /** Reads a record. Returns its event, `SKIPPED` if it has none, or undefined if it is incomplete. */
  #record(): NumberedEvent | typeof SKIPPED | undefined {
    const input = this.#input;
    this.#varint.position = input.position;
    if (this.#isEnded && input.rest > 0) {
      this.#fail("trailing_bytes", "the end of the input after the end mark", "more bytes");
    }
    if (!this.#hasHeader) {
      return this.#readHeader() ? SKIPPED : this.#wait();
    }
    const head = this.#number();
    if (head === CUT_OFF) {
      return this.#wait();
    }
    if (head === CONTROL_HEAD) {
      return this.#readControl() ? SKIPPED : this.#wait();
    }
    const hasShape = Math.floor(head / Head.SHAPE) % 2 === 1;
    this.#copies.clear();
    if (hasShape && !this.#readShape()) {
      return this.#wait();
    }
    const number = Math.floor(head / Head.FACTOR);
    const isComplete = head % 2 === Head.TEXT ? this.#takeText(number) : this.#takeBody(number - 1);
    if (!isComplete) {
      return this.#wait();
    }
    const { bytes: body, start, end } = this.#body;
    const bytes = this.#restorer.restore(this.#shape, hasShape, body, start, end);
    this.#restored += bytes.length;
    this.#checkExpansion(this.#restored);
    input.consume(this.#varint.position);
    return { number: this.#next++, bytes };
  }

  /** Finds the text with a number, which is the body of the event. */
  #takeText(place: number): boolean {
    const { kind, count } = this.#shape;
    if (kind !== ShapeForm.VALUES || count !== 1 || this.#copies.count > 0) {
      this.#fail("malformed", "a text as the only value of an event", "another shape");
    }
    const text = place < TEXTS ? this.#texts.get(place) : EMPTY;
    if (text.length === 0) {
      this.#fail("missing_reference", `a text with the number ${place}`, "none");
    }
    this.#history.add(text, 0, text.length);
    this.#body.set(text, 0, text.length);
    return true;
  }

  /** Finds the body of an event. Returns false if it is incomplete. */
  #takeBody(size: number): boolean {
    if (size < 0) {
      this.#fail("malformed", "a control record or a size", "a head without a size");
    }
    const history = this.#history;
    const copies = this.#copies;
    this.#checkSize(size + copies.size, "an event");
    if (copies.before > size) {
      const expected = `a body of at least ${copies.before} bytes`;
      this.#fail("malformed", expected, `${size} bytes`);
    }
    const input = this.#input;
    const start = this.#varint.position;
    const end = start + size;
    if (end > input.limit) {
      return false;
    }
    if (copies.count > 0) {
      this.#body.set(copies.insert(input.bytes, start, end, history), 0, size + copies.size);
    } else {
      this.#body.set(input.bytes, start, end);
    }
    const { kind, count } = this.#shape;
    if (kind === ShapeForm.VALUES && count === 1) {
      this.#texts.add(this.#body.bytes, this.#body.start, this.#body.end);
    }
    history.add(input.bytes, start, end);
    this.#varint.position = end;
    return true;
  }

  #wait(): undefined {
    this.#input.keep();
    return undefined;
  }

  /** Reads the header. Returns false if it is incomplete. */
  #readHeader(): boolean {
    const { bytes, position, limit } = this.#input;
    for (const [index, expected] of MAGIC.entries()) {
      const found = bytes[position + index];
      if (position + index >= limit) {
        return false;
      }
      if (found !== expected) {
        this.#fail("bad_magic", "the bytes 89 53 57", describeStart(bytes, position, limit));
      }
    }
    this.#varint.position = position + MAGIC.length;
    const version = this.#number();
    if (version > VERSION) {
      this.#fail("newer_version", `version ${VERSION} of the format`, `version ${version}`);
    }
    if (version === 0) {
      this.#fail("malformed", "a version", "0");
    }
    const first = version === CUT_OFF ? CUT_OFF : this.#number();
    if (first === CUT_OFF) {
      return false;
    }
    this.#setNumber(first);
    this.#input.consume(this.#varint.position);
    this.#hasHeader = true;
    return true;
  }

  /** Reads a control record. Returns false if it is incomplete. */
  #readControl(): boolean {
    const code = this.#number();
    switch (code) {
      case CUT_OFF:
        return false;
      case Control.ALIVE:
        break;
      case Control.END:
        this.#input.consume(this.#varint.position);
        this.#isEnded = true;
        this.#clear();
        return true;
      case Control.JUMP: {
        const number = this.#number();
        if (number === CUT_OFF) {
          return false;
        }
        this.#setNumber(number);
        break;
      }
      case Control.FAILURE:
        return this.#readFailure();
      default:
        this.#fail("malformed", "a control record", `the code ${code}`);
    }
    this.#input.consume(this.#varint.position);
    return true;
  }

  #readFailure(): boolean {
    const size = this.#number();
    if (size === CUT_OFF) {
      return false;
    }
    this.#checkSize(size, "the description of a failure");
    const { position } = this.#varint;
    if (position + size > this.#input.limit) {
      return false;
    }
    // `slice` of a Buffer would not copy.
    const detail = Uint8Array.from(this.#input.bytes.subarray(position, position + size));
    return this.#stop(new StreamFailure(detail));
  }

  /** Reads a shape, and what is copied. Returns false if it is incomplete. */
  #readShape(): boolean {
    const first = this.#number();
    if (first === CUT_OFF) {
      return false;
    }
    const arm = Math.floor(first / ShapeArm.FACTOR);
    if (arm === 0) {
      this.#shape.reset(0, 0, ShapeForm.EVENT);
    } else if (!this.#readForm(arm)) {
      return false;
    }
    return first % 2 === 0 || this.#readCopies();
  }

  /** Reads the parts of a shape after the arm. Returns false if it is incomplete. */
  #readForm(arm: number): boolean {
    const form = this.#number();
    if (form === CUT_OFF) {
      return false;
    }
    const slot = Math.floor(form / ShapeForm.SLOT) % 2 === 1 ? this.#number() : arm;
    if (slot === CUT_OFF) {
      return false;
    }
    if (arm >= FIELD_NUMBERS || slot >= FIELD_NUMBERS) {
      this.#fail("malformed", "a field number", `${Math.max(arm, slot)}`);
    }
    const kind = form % ShapeForm.KINDS;
    const content = Math.floor(form / ShapeForm.FACTOR);
    const shape = this.#shape;
    shape.reset(arm, slot, kind);
    if (kind === ShapeForm.VALUES) {
      return this.#readPaths(content);
    }
    if (kind !== ShapeForm.EVENT && kind !== ShapeForm.PAYLOAD) {
      this.#fail("malformed", "a kind of shape", `${kind}`);
    }
    if (content >= 2 ** MAXIMUM_FIELDS) {
      this.#fail("malformed", `a mask of ${MAXIMUM_FIELDS} fields`, "a larger one");
    }
    shape.mask = content;
    return true;
  }

  #readPaths(count: number): boolean {
    if (count < 1 || count > MAXIMUM_VALUES) {
      this.#fail("malformed", `1 to ${MAXIMUM_VALUES} changed values`, `${count}`);
    }
    for (let index = 0; index < count; index++) {
      const path = this.#number();
      if (path === CUT_OFF) {
        return false;
      }
      this.#shape.addPath(path);
    }
    return true;
  }

  /** Reads which parts of the body are copied. Returns false if that is incomplete. */
  #readCopies(): boolean {
    const count = this.#number();
    if (count === CUT_OFF) {
      return false;
    }
    if (count < 1 || count > MAXIMUM_COPIES) {
      this.#fail("malformed", `1 to ${MAXIMUM_COPIES} copies`, `${count}`);
    }
    const copies = this.#copies;
    for (let index = 0; index < count; index++) {
      const gap = this.#number();
      const length = gap === CUT_OFF ? CUT_OFF : this.#number();
      const distance = length === CUT_OFF ? CUT_OFF : this.#number();
      if (distance === CUT_OFF) {
        return false;
      }
      const { size } = this.#history;
      if (length < 1) {
        this.#fail("malformed", "a copy of at least one byte", "an empty copy");
      }
      if (distance > size || length > distance) {
        const expected = `a copy from the last ${size} bytes`;
        this.#fail("missing_reference", expected, `${length} bytes that start ${distance} back`);
      }
      copies.add(gap, length, distance);
      this.#checkSize(copies.size, "an event");
    }
    return true;
  }

  /** Reads a varint, or returns `CUT_OFF`. */
  #number(): number {
    const value = this.#varint.read(this.#input.bytes, this.#input.limit);
    if (value === TOO_LONG) {
      this.#fail("malformed", "a varint of up to 2^53 - 1", "a larger one");
    }
    return value;
  }

  #setNumber(number: number): void {
    if (number < this.#next) {
      this.#fail("number_order", `an event number of at least ${this.#next}`, `${number}`);
    }
    this.#next = number;
  }

  #checkSize(size: number, what: string): void {
    if (size > this.#maxEventBytes) {
      const expected = `${what} of at most ${this.#maxEventBytes} bytes`;
      this.#fail("too_large", expected, `${size} bytes`);
    }
  }

  #checkExpansion(size: number): void {
    const most = this.#maxBlockBytes + this.#maxExpansion * this.#read;
    if (size > most) {
      const expected = `at most ${most} bytes from ${this.#read} bytes of input`;
      this.#fail("expands_too_much", expected, `${size} bytes`);
    }
  }

  #fail(code: StreamErrorCode, expected: string, found: string, options?: ErrorOptions): never {
    const place = { offset: this.#input.offset, event: this.#next };
    return this.#stop(new StreamFormatError(code, place, expected, found, options));
  }

  #stop(failure: StreamFormatError | StreamFailure): never {
    this.#failure = failure;
    this.#input.clear();
    this.#clear();
    throw failure;
  }

  #clear(): void {
    this.#restorer.clear();
    this.#history.clear();
    this.#body.set(EMPTY, 0, 0);
  }
}

const EMPTY = new Uint8Array(0);

/** A part of some bytes. */
class ByteRange {
  bytes: Uint8Array = EMPTY;
  start = 0;
  end = 0;

  set(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }
}

/** A record without an event was read. */
const SKIPPED = Symbol("skipped");

/** Returns what a stream starts with, if that is known. */
function describeStart(bytes: Uint8Array, position: number, limit: number): string {
  const start = bytes.subarray(position, Math.min(position + 4, limit));
  const hex = Array.from(start, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  if (hex.startsWith("1f 8b")) {
    return `${hex}, which is gzip`;
  }
  return hex === "28 b5 2f fd" ? `${hex}, which is zstd` : hex;
}
