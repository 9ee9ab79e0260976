import type { DescMessage } from "@bufbuild/protobuf";
import { varintSize } from "../record.js";
import { type RepeatingArm, repeatingArms } from "./arms.js";
import { ByteOutput } from "./byte-output.js";
import { Difference } from "./difference.js";
import { FieldList } from "./field-list.js";
import {
  CONTROL_HEAD,
  Control,
  DEFAULT_STATE_BYTES,
  FIRST_NUMBER,
  MAGIC,
  ShapeForm,
  VERSION,
} from "./format.js";
import { NestedValue } from "./nested-value.js";
import { Shape } from "./shape.js";
import { StreamState } from "./state.js";

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
 * Writes event messages in the stream format (docs/stream-format.md). Each method returns the bytes to
 * send; the first result begins with the header of the stream.
 */
export class StreamWriter {
  readonly #arms: ReadonlyMap<number, RepeatingArm>;
  readonly #state: StreamState;
  readonly #output = new ByteOutput();
  readonly #event = new FieldList();
  readonly #payload = new NestedValue();
  readonly #difference = new Difference();
  /** The shape of the last event, and of the one that is being written. */
  #shape = new Shape();
  #newShape = new Shape();
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
    if (!this.#isStarted) {
      this.#isStarted = true;
      const header = Uint8Array.from([...MAGIC, VERSION]);
      this.#output.copy(header, 0, header.length);
      this.#output.varint(this.#next);
    }
  }

  #finish(): Uint8Array<ArrayBuffer> {
    this.#isEnded = true;
    this.#state.clear();
    return this.#output.take();
  }

  #control(code: number): void {
    this.#output.varint(CONTROL_HEAD);
    this.#output.varint(code);
  }

  #write(event: Uint8Array): void {
    const arm = this.#findPayload(event);
    if (arm === undefined) {
      this.#newShape.reset(0, 0);
      this.#head(event.length);
      this.#output.copy(event, 0, event.length);
      return;
    }
    const { start, end } = this.#payload;
    const difference = this.#difference;
    difference.compare(event, this.#payload, this.#state.get(arm.slot), arm.message);
    const isWhole = this.#event.count === 1 && end === event.length;
    if (isWhole && difference.steps.length > 0) {
      this.#writeValue(event);
    } else {
      this.#writeFields(event);
    }
    this.#state.set(arm.slot, event, start, end);
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
        payload.locate(event, this.#event, index) &&
        payload.readFields(event) &&
        this.#state.fits(arm.slot, payload.end - payload.start)
      ) {
        this.#newShape.reset(number, arm.slot);
        return arm;
      }
    }
    return undefined;
  }

  /** Writes the only value that differs from the previous payload. */
  #writeValue(event: Uint8Array): void {
    const { steps, start, end } = this.#difference;
    this.#newShape.isValue = true;
    this.#newShape.indexes.push(...steps);
    this.#head(end - start);
    this.#output.copy(event, start, end);
  }

  /** Writes the event without the fields that equal those of the previous payload. */
  #writeFields(event: Uint8Array): void {
    const { sizeAt, start, end, fields } = this.#payload;
    const { former, current, bytes } = this.#difference;
    this.#newShape.indexes.push(...former);
    const size = end - start - bytes;
    this.#head(sizeAt + varintSize(size) + size + event.length - end);
    this.#output.copy(event, 0, sizeAt);
    this.#output.varint(size);
    let position = start;
    for (const index of current) {
      this.#output.copy(event, position, fields.starts[index] ?? 0);
      position = fields.ends[index] ?? 0;
    }
    this.#output.copy(event, position, event.length);
  }

  /** Writes the head of an event, and its shape if it differs from that of the last event. */
  #head(size: number): void {
    const shape = this.#newShape;
    const head = 2 * (size + 1);
    if (shape.equals(this.#shape)) {
      this.#output.varint(head);
      return;
    }
    this.#output.varint(head + 1);
    this.#output.varint(shape.arm);
    if (shape.arm > 0) {
      const form =
        (shape.isValue ? ShapeForm.VALUE : 0) + (shape.slot === shape.arm ? 0 : ShapeForm.SLOT);
      const content = shape.isValue ? shape.indexes.length : shape.mask;
      this.#output.varint(content * ShapeForm.FACTOR + form);
      if (shape.slot !== shape.arm) {
        this.#output.varint(shape.slot);
      }
      if (shape.isValue) {
        for (const index of shape.indexes) {
          this.#output.varint(index);
        }
      }
    }
    this.#newShape = this.#shape;
    this.#shape = shape;
  }
}

function checkNumber(number: number, least: number): number {
  if (!Number.isSafeInteger(number) || number < least) {
    throw new RangeError(`the number of an event is ${number}; it must be at least ${least}`);
  }
  return number;
}
