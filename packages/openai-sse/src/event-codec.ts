import type { DescMessage } from "@bufbuild/protobuf";
import type { Mode } from "@stepwire/openai-json";
import { createTranscoder, type Transcoder } from "@stepwire/transcode";
import { documentToText } from "./document-text.js";
import { type EventText, eventToBinary } from "./event-document.js";
import { type EventForm, eventForm, isSame } from "./event-form.js";
import type { EventFrame } from "./frame.js";
import { addFields, isOtherName, readPlainEvent, writeLines, writeOther } from "./plain-event.js";
import { isPlainText, type TextReader } from "./utf8.js";

const utf8 = new TextEncoder();
const NO_NAME = new Uint8Array(0);

/** An event that ends a stream, in both forms. */
interface ConvertedEnd {
  readonly name: Uint8Array;
  readonly data: Uint8Array;
  readonly binary: Uint8Array;
  readonly text: Uint8Array;
}

/**
 * Converts the events of one schema to binary and back.
 *
 * Nearly every event consists of a name, a JSON payload and perhaps an identifier. For these, the
 * name selects the arm, and the kernel converts only the bytes of the payload. All other events are
 * converted through their JSON document. Refused events are too, because that gives the error's
 * text. The codec keeps no state between calls, so all streams of a schema share one.
 */
export class EventCodec {
  /** Number of events that were converted through their document. */
  documents = 0;
  readonly form: EventForm;
  readonly #mode: Mode;
  readonly #transcoder: Transcoder;
  /** Converting one takes as long as converting 20 other events, and nearly each stream has one. */
  #ends: readonly ConvertedEnd[] | undefined;

  /** @param maxDepth Maximum number of levels in the document of an event. */
  constructor(form: EventForm, mode: Mode, maxDepth: number) {
    this.form = form;
    this.#mode = mode;
    // The size of an event is checked before it is converted.
    const maxBytes = Number.MAX_SAFE_INTEGER;
    this.#transcoder = createTranscoder(form.desc, { mode, maxDepth, maxBytes });
  }

  /**
   * Returns the message of an event, in binary. Small results may share a buffer.
   *
   * @throws {FrameRefusal} if bytes are not UTF-8, or the payload is not JSON.
   * @throws {OpenAIJsonError} if the payload is refused for another reason.
   */
  toBinary(frame: EventFrame, text: TextReader): Uint8Array {
    return (
      this.#payloadToBinary(frame) ??
      this.#endToBinary(frame) ??
      this.#documentToBinary(frame, text)
    );
  }

  /**
   * Returns the text of the server-sent event for a message in binary.
   *
   * @throws {FrameRefusal} if a server-sent event cannot express the message.
   * @throws {OpenAIJsonError} if the message is malformed.
   */
  toText(binary: Uint8Array): Uint8Array {
    return this.#payloadToText(binary) ?? this.#endToText(binary) ?? this.#documentToText(binary);
  }

  #endToBinary({ name, data, id }: EventFrame): Uint8Array | undefined {
    if (data === undefined || id !== undefined) {
      return undefined;
    }
    for (const end of this.#convertedEnds()) {
      if (isSame(end.data, data) && isSame(end.name, name)) {
        return end.binary.slice();
      }
    }
    return undefined;
  }

  #endToText(binary: Uint8Array): Uint8Array | undefined {
    for (const end of this.#convertedEnds()) {
      if (isSame(end.binary, binary)) {
        return end.text.slice();
      }
    }
    return undefined;
  }

  #convertedEnds(): readonly ConvertedEnd[] {
    if (this.#ends === undefined) {
      const { form } = this;
      try {
        this.#ends = form.ends.map(({ name, nameBytes, text: data, textBytes, isUnnamed }) => {
          const event = { name: isUnnamed ? "" : name, data, id: undefined };
          const binary = this.#eventToBinary(event).slice();
          const text = this.#binaryToText(binary);
          return { name: isUnnamed ? NO_NAME : nameBytes, data: textBytes, binary, text };
        });
      } catch {
        // The maximum depth excludes it. Each event gets its own error.
        this.#ends = [];
      }
    }
    return this.#ends;
  }

  #documentToBinary({ name, data, id }: EventFrame, text: TextReader): Uint8Array {
    this.documents++;
    const payloadName = data && name.length === 0 ? this.form.nameIn(data) : undefined;
    return this.#eventToBinary({
      name: text.read(name),
      payloadName: payloadName && text.read(payloadName),
      data: data && text.read(data),
      id: id && text.read(id),
    });
  }

  #eventToBinary(event: EventText): Uint8Array {
    return eventToBinary(this.form, event, this.#mode, (json) =>
      this.#transcoder.toBinary(utf8.encode(json)),
    );
  }

  #documentToText(binary: Uint8Array): Uint8Array {
    this.documents++;
    return this.#binaryToText(binary);
  }

  #binaryToText(binary: Uint8Array): Uint8Array {
    const json = new TextDecoder().decode(this.#transcoder.toJson(binary));
    return utf8.encode(documentToText(this.form, json));
  }

  #payloadToBinary({ name: line, data, id }: EventFrame): Uint8Array | undefined {
    const { form } = this;
    if (data === undefined || form.isEndText(data) || (id !== undefined && !isPlainText(id))) {
      return undefined;
    }
    const payloadName = line.length === 0 ? form.nameIn(data) : undefined;
    const name = payloadName ?? line;
    const arm = form.armOf(name);
    const number = arm?.number ?? form.other?.field.number;
    if (number === undefined || (arm === undefined && !isOtherName(form, name))) {
      return undefined;
    }
    const record = this.#transcoder.payloadToBinary(number, data);
    if (record === undefined || (arm !== undefined && id === undefined && !payloadName)) {
      return record;
    }
    const event = arm === undefined ? writeOther(form, name, record) : record;
    return addFields(form, number, event, id, payloadName !== undefined);
  }

  #payloadToText(binary: Uint8Array): Uint8Array | undefined {
    const { form } = this;
    const event = readPlainEvent(form, binary);
    const json = event && this.#transcoder.payloadToJson(event.arm, event.value);
    return event && json && writeLines(form, event, json);
  }
}

/** Cached codecs by schema, mode and depth. */
const codecs = new WeakMap<DescMessage, Map<Mode, Map<number, EventCodec>>>();

/**
 * Returns the codec for the events of a schema.
 *
 * @param maxDepth Maximum number of levels in the document of an event.
 * @throws {TypeError} if the schema is not an event message.
 */
export function eventCodec(schema: DescMessage, mode: Mode, maxDepth: number): EventCodec {
  return codecs.get(schema)?.get(mode)?.get(maxDepth) ?? addCodec(schema, mode, maxDepth);
}

function addCodec(schema: DescMessage, mode: Mode, maxDepth: number): EventCodec {
  const codec = new EventCodec(eventForm(schema), mode, maxDepth);
  const ofSchema = codecs.get(schema) ?? new Map<Mode, Map<number, EventCodec>>();
  const ofMode = ofSchema.get(mode) ?? new Map<number, EventCodec>();
  codecs.set(schema, ofSchema.set(mode, ofMode.set(maxDepth, codec)));
  return codec;
}

/**
 * Returns how many events of a schema were converted through their document since the program
 * started: those with more than a name, a JSON payload and an identifier, and refused ones. For
 * tests and measurements.
 */
export function countDocuments(schema: DescMessage): number {
  let count = 0;
  for (const ofMode of codecs.get(schema)?.values() ?? []) {
    for (const { documents } of ofMode.values()) {
      count += documents;
    }
  }
  return count;
}
