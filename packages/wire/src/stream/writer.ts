import type { DescMessage } from "@bufbuild/protobuf";
import { type RepeatingArm, repeatingArms } from "./arms.js";
import { ByteOutput } from "./byte-output.js";
import { CopyFinder } from "./copy-finder.js";
import { Difference } from "./difference.js";
import { FieldList } from "./field-list.js";
import {
  CONTROL_HEAD,
  Control,
  DEFAULT_STATE_BYTES,
  FIRST_NUMBER,
  Head,
  MAGIC,
  ShapeArm,
  ShapeForm,
  TEXT_BYTES,
  VERSION,
} from "./format.js";
import { History } from "./history.js";
import { Layout, PathProblem } from "./layout.js";
import { NestedValue } from "./nested-value.js";
import { Shape } from "./shape.js";
import { StreamState } from "./state.js";
import { TextList } from "./texts.js";

/** Options for writing a stream. */
export interface StreamWriteOptions {
  /** Number of the first event. @defaultValue 1 */
  readonly firstNumber?: number | undefined;
  /**
   * Maximum size of the payloads to remember, in bytes, with 64 for each type of payload. Must not be
   * larger than that of the readers. A payload that is too large is not remembered. @defaultValue 1 MiB
   */
  readonly maxStateBytes?: number | undefined;
}

/**
 * Writers share what is only used within a call: creating it for a stream costs as much as writing
 * several events.
 */
const SHARED_DIFFERENCE = new Difference();
const SHARED_BODY = new ByteOutput();
const SHARED_OUTPUT = new ByteOutput();
const SHARED_EVENT = new FieldList();
const SHARED_PAYLOAD = new NestedValue();
const HEADER = Uint8Array.from([...MAGIC, VERSION]);

/**
 * Writes event messages in the stream format (docs/stream-format.md). Each method returns the bytes to
 * send; the first result begins with the header of the stream.
 */
export class StreamWriter {
  readonly #arms: ReadonlyMap<number, RepeatingArm>;
  readonly #state: StreamState;
  readonly #output = SHARED_OUTPUT;
  readonly #event = SHARED_EVENT;
  readonly #payload = SHARED_PAYLOAD;
  readonly #difference = SHARED_DIFFERENCE;
  readonly #layout = new Layout();
  /** Whether the next event may have the same changed values. */
  #isLayoutValid = false;
  readonly #history = new History();
  readonly #copies = new CopyFinder(this.#history);
  readonly #texts = new TextList();
  /** The body of an event if it is not a part of the event. */
  readonly #body = SHARED_BODY;
  /** The shape of the last event, and of the one that is being written. */
  #shape = new Shape();
  #newShape = new Shape();
  #isSameShape = false;
  #next: number;
  #isStarted = false;
  #isEnded = false;

  /**
   * @param schema The event message. Its options say which payloads repeat their fields.
   * @throws {RangeError} if the first number is not an integer from 0 to 2^53 - 1.
   */
  constructor(
    schema: DescMessage,
    { firstNumber = FIRST_NUMBER, maxStateBytes = DEFAULT_STATE_BYTES }: StreamWriteOptions = {},
  ) {
    this.#arms = repeatingArms(schema);
    this.#state = new StreamState(maxStateBytes);
    this.#next = checkNumber(firstNumber, 0);
  }

  /** Number of the next event. */
  get nextNumber(): number {
    return this.#next;
  }

  /**
   * Writes events, which are numbered consecutively.
   *
   * @param events The event messages, in binary.
   * @param firstNumber Number of the first of them. Default: one more than the last number.
   * @throws {RangeError} if the number is less than `nextNumber`.
   */
  write(events: readonly Uint8Array[], firstNumber: number = this.#next): Uint8Array<ArrayBuffer> {
    checkNumber(firstNumber, this.#next);
    this.#start();
    if (firstNumber > this.#next && events.length > 0) {
      this.#control(Control.JUMP);
      this.#output.varint(firstNumber);
      this.#next = firstNumber;
    }
    for (const event of events) {
      this.#write(event);
    }
    this.#next += events.length;
    return this.#output.take();
  }

  /** Writes a record without content, which shows that the stream is alive. */
  alive(): Uint8Array<ArrayBuffer> {
    this.#start();
    this.#control(Control.ALIVE);
    return this.#output.take();
  }

  /** Ends the stream. */
  end(): Uint8Array<ArrayBuffer> {
    this.#start();
    this.#control(Control.END);
    return this.#finish();
  }

  /** Ends the stream with a failure. The transport defines the meaning of the bytes. */
  fail(detail: Uint8Array): Uint8Array<ArrayBuffer> {
    this.#start();
    this.#control(Control.FAILURE);
    this.#output.varint(detail.length);
    this.#output.copy(detail, 0, detail.length);
    return this.#finish();
  }

  #start(): void {
    if (this.#isEnded) {
      throw new Error("the stream has ended");
    }
    // An error may have left something in them.
    this.#output.clear();
    this.#body.clear();
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.#output.copy(HEADER, 0, HEADER.length);
      this.#output.varint(this.#next);
    }
  }

  #finish(): Uint8Array<ArrayBuffer> {
    this.#isEnded = true;
    this.#state.clear();
    this.#history.clear();
    return this.#output.take();
  }

  #control(code: number): void {
    this.#output.varint(CONTROL_HEAD);
    this.#output.varint(code);
  }

  #write(event: Uint8Array): void {
    if (this.#isLayoutValid && this.#writeLikeLast(event)) {
      return;
    }
    this.#isLayoutValid = false;
    const arm = this.#findPayload(event);
    if (arm === undefined) {
      this.#newShape.reset(0, 0, ShapeForm.EVENT);
      this.#writeBody(event, 0, event.length);
      return;
    }
    const { start, end, fields } = this.#payload;
    const slot = this.#state.get(arm.slot);
    const difference = this.#difference;
    difference.compare(event, fields, slot);
    const isWhole = this.#event.count === 1 && end === event.length;
    if (isWhole && difference.findValues(event, fields, slot, arm.message)) {
      const { count, paths } = difference;
      this.#newShape.kind = ShapeForm.VALUES;
      for (let index = 0; index < count; index++) {
        this.#newShape.addPath(paths[index] ?? 0);
      }
      this.#writeValues(event, count, difference.starts, difference.ends);
    } else {
      this.#writeFields(event, isWhole);
    }
    const remembered = this.#state.set(arm.slot, event, start, end);
    this.#isLayoutValid =
      difference.count > 0 &&
      !difference.hasMessages &&
      this.#layout.find(remembered, difference.paths, difference.count) === PathProblem.NONE;
  }

  /** Writes an event with the shape of the last one, if only the same values have changed. */
  #writeLikeLast(event: Uint8Array): boolean {
    const { arm, slot: number } = this.#shape;
    const slot = this.#state.get(number);
    const payload = this.#payload;
    if (slot === undefined || !payload.locate(event, arm, 0, event.length)) {
      return false;
    }
    const { start, end } = payload;
    const layout = this.#layout;
    if (!this.#state.fits(number, end - start) || !layout.match(slot, event, start, end)) {
      return false;
    }
    this.#isSameShape = true;
    this.#writeValues(event, layout.values, layout.valueStarts, layout.valueEnds);
    this.#isSameShape = false;
    this.#state.set(number, event, start, end);
    layout.move();
    return true;
  }

  /**
   * Finds the payload of an event that can be remembered, and begins the new shape. Returns undefined
   * if there is none.
   */
  #findPayload(event: Uint8Array): RepeatingArm | undefined {
    if (!this.#event.read(event, 0, event.length)) {
      return undefined;
    }
    const payload = this.#payload;
    for (let index = 0; index < this.#event.count; index++) {
      const number = this.#event.numbers[index] ?? 0;
      const arm = this.#arms.get(number);
      if (
        arm !== undefined &&
        payload.locateField(event, this.#event, index) &&
        payload.readFields(event) &&
        this.#state.fits(arm.slot, payload.end - payload.start)
      ) {
        this.#newShape.reset(number, arm.slot, ShapeForm.EVENT);
        return arm;
      }
    }
    return undefined;
  }

  /** Writes the values that differ from the previous payload. */
  #writeValues(
    event: Uint8Array,
    count: number,
    starts: readonly number[],
    ends: readonly number[],
  ): void {
    const last = count - 1;
    const start = starts[last] ?? 0;
    const end = ends[last] ?? 0;
    if (last > 0) {
      for (let index = 0; index < last; index++) {
        const from = starts[index] ?? 0;
        const to = ends[index] ?? 0;
        this.#body.varint(to - from);
        this.#body.copy(event, from, to);
      }
      this.#body.copy(event, start, end);
      this.#writeCollected();
    } else if (end - start > TEXT_BYTES || end === start) {
      this.#writeBody(event, start, end);
    } else {
      this.#writeText(event, start, end);
    }
  }

  /** Writes the event without the fields that equal those of the previous payload. */
  #writeFields(event: Uint8Array, isWhole: boolean): void {
    const { sizeAt, start, end, fields } = this.#payload;
    const { mask, kept, keptCount, bytes } = this.#difference;
    this.#newShape.mask = mask;
    if (isWhole) {
      this.#newShape.kind = ShapeForm.PAYLOAD;
    } else {
      this.#body.copy(event, 0, sizeAt);
      this.#body.varint(end - start - bytes);
    }
    let position = start;
    for (let at = 0; at < keptCount; at++) {
      const index = kept[at] ?? 0;
      this.#body.copy(event, position, fields.starts[index] ?? 0);
      position = fields.ends[index] ?? 0;
    }
    this.#body.copy(event, position, event.length);
    this.#writeCollected();
  }

  #writeCollected(): void {
    this.#writeBody(this.#body.bytes, 0, this.#body.length);
    this.#body.clear();
  }

  /** Writes the only changed value, or the place of an equal one. */
  #writeText(bytes: Uint8Array, start: number, end: number): void {
    const place = this.#texts.find(bytes, start, end);
    if (place < 0) {
      this.#texts.add(bytes, start, end);
      this.#writeBody(bytes, start, end);
      return;
    }
    this.#writeHead(place, Head.TEXT, 0);
    this.#history.add(bytes, start, end);
  }

  /** Writes the head and the shape of an event, and its body without the parts that are copied. */
  #writeBody(bytes: Uint8Array, start: number, end: number): void {
    const output = this.#output;
    const copies = this.#copies;
    const count = copies.find(bytes, start, end);
    this.#writeHead(end - start - copies.copied + 1, 0, count);
    let from = start;
    for (let index = 0; index < count; index++) {
      output.varint(copies.gaps[index] ?? 0);
      output.varint(copies.lengths[index] ?? 0);
      output.varint(copies.distances[index] ?? 0);
    }
    for (let index = 0; index < count; index++) {
      const to = from + (copies.gaps[index] ?? 0);
      output.copy(bytes, from, to);
      this.#history.add(bytes, from, to);
      from = to + (copies.lengths[index] ?? 0);
    }
    output.copy(bytes, from, end);
    this.#history.add(bytes, from, end);
  }

  /** Writes the head of an event, and its shape if parts are copied or it is another one than before. */
  #writeHead(content: number, flag: number, copies: number): void {
    const output = this.#output;
    const shape = this.#isSameShape ? this.#shape : this.#newShape;
    const head = content * Head.FACTOR + flag;
    if (copies === 0 && (this.#isSameShape || shape.equals(this.#shape))) {
      output.varint(head);
      return;
    }
    output.varint(head + Head.SHAPE);
    output.varint(shape.arm * ShapeArm.FACTOR + (copies > 0 ? ShapeArm.COPIES : 0));
    if (shape.arm > 0) {
      const isValues = shape.kind === ShapeForm.VALUES;
      const hasSlot = shape.slot !== shape.arm;
      const number = isValues ? shape.count : shape.mask;
      output.varint(number * ShapeForm.FACTOR + (hasSlot ? ShapeForm.SLOT : 0) + shape.kind);
      if (hasSlot) {
        output.varint(shape.slot);
      }
      for (let index = 0; index < shape.count; index++) {
        output.varint(shape.paths[index] ?? 0);
      }
    }
    if (copies > 0) {
      output.varint(copies);
    }
    if (!this.#isSameShape) {
      this.#newShape = this.#shape;
      this.#shape = shape;
    }
  }
}

function checkNumber(number: number, least: number): number {
  if (!Number.isSafeInteger(number) || number < least) {
    throw new RangeError(`the number of an event is ${number}; it must be at least ${least}`);
  }
  return number;
}
