import type { DescMessage } from "@bufbuild/protobuf";
import type { Mode } from "@stepwire/openai-json";
import { createTranscoder, type Transcoder } from "@stepwire/transcode";
import { documentToText } from "./document-text.js";
import { eventToBinary } from "./event-document.js";
import { type EventForm, eventForm } from "./event-form.js";
import type { EventFrame } from "./frame.js";
import { joinBytes, readTwoFields, recordHead } from "./records.js";
import { isPlainText, type TextReader } from "./utf8.js";

const utf8 = new TextEncoder();
const EVENT_LINE = utf8.encode("event: ");
const ID_LINE = utf8.encode("id: ");
const DATA_LINE = utf8.encode("data: ");
const LINE_END = utf8.encode("\n");
const BLANK_LINE = utf8.encode("\n\n");
const NO_BYTES = new Uint8Array(0);

/**
 * Converts the events of one schema to binary and back.
 *
 * Nearly every event is a name and a JSON payload, perhaps with an identifier. The kernel
 * then converts the bytes of the payload alone, and the name picks the arm. Any other event
 * goes by way of its JSON document, and so does one that is refused, for the error's words.
 * No state is kept between calls, so that all streams of a kind share one codec.
 */
export class EventCodec {
  /** How many events went by way of their document. */
  documents = 0;
  readonly form: EventForm;
  readonly #mode: Mode;
  readonly #transcoder: Transcoder;

  /** @param maxDepth How many levels the document of an event may have. */
  constructor(form: EventForm, mode: Mode, maxDepth: number) {
    this.form = form;
    this.#mode = mode;
    // The size of an event is bounded before it is converted.
    const maxBytes = Number.MAX_SAFE_INTEGER;
    this.#transcoder = createTranscoder(form.desc, { mode, maxDepth, maxBytes });
  }

  /**
   * Returns the message of an event. Small results may share a buffer.
   *
   * @throws {FrameRefusal} if bytes are not UTF-8, or the payload is not JSON.
   * @throws {OpenAIJsonError} if it is refused otherwise.
   */
  toBinary(frame: EventFrame, text: TextReader): Uint8Array {
    return this.#payloadToBinary(frame) ?? this.#documentToBinary(frame, text);
  }

  /**
   * Returns the text of the event that a message stands for.
   *
   * @throws {FrameRefusal} if no server-sent event can hold the message.
   * @throws {OpenAIJsonError} if the message is malformed.
   */
  toText(binary: Uint8Array): Uint8Array {
    return this.#payloadToText(binary) ?? this.#documentToText(binary);
  }

  #documentToBinary({ name, data, id }: EventFrame, text: TextReader): Uint8Array {
    this.documents++;
    const event = {
      name: text.read(name),
      data: data && text.read(data),
      id: id && text.read(id),
    };
    return eventToBinary(this.form, event, this.#mode, (json) =>
      this.#transcoder.toBinary(utf8.encode(json)),
    );
  }

  #documentToText(binary: Uint8Array): Uint8Array {
    this.documents++;
    const json = new TextDecoder().decode(this.#transcoder.toJson(binary));
    return utf8.encode(documentToText(this.form, json));
  }

  #payloadToBinary({ name, data, id }: EventFrame): Uint8Array | undefined {
    const { form } = this;
    if (data === undefined || form.isEndText(data) || (id !== undefined && !isPlainText(id))) {
      return undefined;
    }
    const arm = form.armOf(name);
    const number = arm?.number ?? form.other?.field.number;
    if (number === undefined || (arm === undefined && !isOtherName(form, name))) {
      return undefined;
    }
    const record = this.#transcoder.payloadToBinary(number, data);
    if (record === undefined || (arm !== undefined && id === undefined)) {
      return record;
    }
    const event = arm === undefined ? wrapOther(form, name, record) : record;
    return id === undefined ? event : withId(form, number, event, id);
  }

  #payloadToText(binary: Uint8Array): Uint8Array | undefined {
    const { form } = this;
    const event = readEvent(form, binary);
    if (event === undefined) {
      return undefined;
    }
    const { name, id } = event;
    const json = this.#transcoder.payloadToJson(event.arm, event.payload);
    if (json === undefined) {
      return undefined;
    }
    const nameLine = name.length === 0 ? [] : [EVENT_LINE, name, LINE_END];
    const idLine = id === undefined ? [] : [ID_LINE, id, LINE_END];
    return joinBytes([...nameLine, ...idLine, DATA_LINE, json, BLANK_LINE]);
  }
}

/** Whether events of a name are of the arm for any other. */
function isOtherName(form: EventForm, name: Uint8Array): boolean {
  return isPlainText(name) && !form.isEndName(name) && form.armOf(name) === undefined;
}

/** Writes the arm for events of any other name: the name, and the record of the payload's text. */
function wrapOther({ other }: EventForm, name: Uint8Array, text: Uint8Array): Uint8Array {
  if (other === undefined) {
    return text;
  }
  const nameRecord =
    name.length === 0 ? [] : [recordHead(other.tagField.number, name.length), name];
  const length = text.length + nameRecord.reduce((sum, part) => sum + part.length, 0);
  return joinBytes([recordHead(other.field.number, length), ...nameRecord, text]);
}

/** Adds the identifier to an event, in the order of the fields' numbers. */
function withId(form: EventForm, arm: number, event: Uint8Array, id: Uint8Array): Uint8Array {
  const number = form.idNumber ?? 0;
  const idRecord = [recordHead(number, id.length), id];
  return joinBytes(arm < number ? [event, ...idRecord] : [...idRecord, event]);
}

/** An event in binary that has nothing but a name, a payload, and perhaps an identifier. */
interface PlainEvent {
  readonly name: Uint8Array;
  readonly id: Uint8Array | undefined;
  /** Number of the arm, and what its payload is converted from. */
  readonly arm: number;
  readonly payload: Uint8Array;
}

/** Reads an event; nothing if it has more, or text that has to be checked. */
function readEvent(form: EventForm, binary: Uint8Array): PlainEvent | undefined {
  const fields = readTwoFields(binary);
  const id = fields?.find(({ number }) => number === form.idNumber)?.value;
  const payload = fields?.find(({ number }) => number !== form.idNumber);
  if (
    fields === undefined ||
    payload === undefined ||
    fields.length !== (id === undefined ? 1 : 2) ||
    (id !== undefined && !isPlainText(id))
  ) {
    return undefined;
  }
  const { number: arm, value } = payload;
  const name = form.armByNumber.get(arm)?.nameBytes;
  if (name !== undefined) {
    return isPlainText(name) ? { name, id, arm, payload: value } : undefined;
  }
  const { other } = form;
  if (other === undefined || other.field.number !== arm) {
    return undefined;
  }
  const parts = readTwoFields(value);
  const text = parts?.find(({ number }) => number === other.contentField.number)?.value;
  const tag = parts?.find(({ number }) => number === other.tagField.number)?.value ?? NO_BYTES;
  const known = tag.length === 0 ? 1 : 2;
  if (parts?.length !== known || text === undefined || !isOtherName(form, tag)) {
    return undefined;
  }
  return { name: tag, id, arm, payload: text };
}

const codecs = new WeakMap<DescMessage, Map<string, EventCodec>>();

/**
 * Returns the codec for the events of a schema.
 *
 * @param maxDepth How many levels the document of an event may have.
 * @throws {TypeError} if it is not the schema of an event message.
 */
export function eventCodec(schema: DescMessage, mode: Mode, maxDepth: number): EventCodec {
  const ofSchema = codecs.get(schema) ?? new Map<string, EventCodec>();
  codecs.set(schema, ofSchema);
  const key = `${mode} ${maxDepth}`;
  let codec = ofSchema.get(key);
  if (codec === undefined) {
    codec = new EventCodec(eventForm(schema), mode, maxDepth);
    ofSchema.set(key, codec);
  }
  return codec;
}

/**
 * Returns how many events of a schema went by way of their document since the start: the
 * ones that are more than a name, a JSON payload and an identifier, or were refused. For
 * tests and measurements.
 */
export function countDocuments(schema: DescMessage): number {
  let count = 0;
  for (const { documents } of codecs.get(schema)?.values() ?? []) {
    count += documents;
  }
  return count;
}
