import { joinBytes, RecordReader, recordHead } from "@stepwire/wire/internal";
import { type EventForm, isSame } from "./event-form.js";
import { isPlainText } from "./utf8.js";

/*
 * Reads and writes the envelope of events in binary that consist only of a name, a payload and
 * perhaps an identifier.
 */

const utf8 = new TextEncoder();
const EVENT_LINE = utf8.encode("event: ");
const ID_LINE = utf8.encode("id: ");
const DATA_LINE = utf8.encode("data: ");
const LINE_END = utf8.encode("\n");
const EVENT_END = utf8.encode("\n\n");
const NO_BYTES = new Uint8Array(0);

/** An event of that kind, read from binary. */
export interface PlainEvent {
  readonly name: Uint8Array;
  readonly id: Uint8Array | undefined;
  /** Whether the payload names the event, which has no `event:` line. */
  readonly isNamedByPayload: boolean;
  /** Field number of the arm, and the value that contains the payload. */
  readonly arm: number;
  readonly value: Uint8Array;
  /** `EventArm.head`; undefined in the arm for other names. */
  readonly head: Uint8Array | undefined;
}

/** Returns whether a name belongs to the arm for other names and can be copied without a check. */
export function isOtherName(form: EventForm, name: Uint8Array): boolean {
  return form.armOf(name) === undefined && isPlainText(name) && !form.isEndName(name);
}

/**
 * Returns the arm for events with any other name, in binary.
 *
 * @param text The encoded field with the payload's text.
 */
export function writeOther({ other }: EventForm, name: Uint8Array, text: Uint8Array): Uint8Array {
  if (other === undefined) {
    return text;
  }
  const { field, tagField } = other;
  if (name.length === 0) {
    return joinBytes([recordHead(field.number, text.length), text]);
  }
  const nameHead = recordHead(tagField.number, name.length);
  const length = nameHead.length + name.length + text.length;
  return joinBytes([recordHead(field.number, length), nameHead, name, text]);
}

/** Adds the other fields to an event that consists of its arm; fields are ordered by number. */
export function addFields(
  form: EventForm,
  arm: number,
  event: Uint8Array,
  id: Uint8Array | undefined,
  isNamedByPayload: boolean,
): Uint8Array {
  const fields = [{ number: arm, bytes: event }];
  if (id !== undefined) {
    const number = form.idNumber ?? 0;
    fields.push({ number, bytes: joinBytes([recordHead(number, id.length), id]) });
  }
  if (isNamedByPayload && form.payloadName !== undefined) {
    const { number, record } = form.payloadName;
    fields.push({ number, bytes: record });
  }
  fields.sort((one, other) => one.number - other.number);
  return joinBytes(fields.map(({ bytes }) => bytes));
}

/** Reads an event. Returns undefined if it has other fields, or text that has to be checked. */
export function readPlainEvent(form: EventForm, binary: Uint8Array): PlainEvent | undefined {
  const fields = new RecordReader(binary, 0, binary.length);
  const { payloadName } = form;
  let id: Uint8Array | undefined;
  let isNamedByPayload = false;
  let arm = 0;
  let start = 0;
  let end = 0;
  for (;;) {
    if (payloadName !== undefined && fields.skip(payloadName.record)) {
      isNamedByPayload = true;
    } else if (!fields.next()) {
      break;
    } else if (fields.number === form.idNumber && id === undefined) {
      id = binary.subarray(fields.start, fields.end);
    } else if (arm === 0) {
      arm = fields.number;
      start = fields.start;
      end = fields.end;
    } else {
      return undefined;
    }
  }
  if (arm === 0 || !fields.isAtEnd || (id !== undefined && !isPlainText(id))) {
    return undefined;
  }
  const known = form.armByNumber.get(arm);
  if (known === undefined) {
    const other = readOther(form, binary, arm, start, end);
    return other && { ...other, id, isNamedByPayload };
  }
  const { nameBytes: name, isOneLine, head } = known;
  const value = binary.subarray(start, end);
  return isOneLine ? { name, id, isNamedByPayload, arm, value, head } : undefined;
}

function readOther(
  form: EventForm,
  binary: Uint8Array,
  arm: number,
  start: number,
  end: number,
): Omit<PlainEvent, "id" | "isNamedByPayload"> | undefined {
  const { other } = form;
  if (other === undefined || other.field.number !== arm) {
    return undefined;
  }
  const fields = new RecordReader(binary, start, end);
  let name: Uint8Array | undefined;
  let value: Uint8Array | undefined;
  while (fields.next()) {
    const { number } = fields;
    if (number === other.tagField.number && name === undefined) {
      name = binary.subarray(fields.start, fields.end);
    } else if (number === other.contentField.number && value === undefined) {
      value = binary.subarray(fields.start, fields.end);
    } else {
      return undefined;
    }
  }
  if (!fields.isAtEnd || value === undefined) {
    return undefined;
  }
  name ??= NO_BYTES;
  return isOtherName(form, name) ? { name, arm, value, head: undefined } : undefined;
}

/** Returns the lines of an event; undefined if its payload should name it but does not. */
export function writeLines(
  form: EventForm,
  event: PlainEvent,
  json: Uint8Array,
): Uint8Array | undefined {
  const { id, head, isNamedByPayload } = event;
  const payloadName = isNamedByPayload ? form.nameIn(json) : undefined;
  if (isNamedByPayload && (payloadName === undefined || !isSame(payloadName, event.name))) {
    return undefined;
  }
  if (head !== undefined && id === undefined && !isNamedByPayload) {
    return joinBytes([head, json, EVENT_END]);
  }
  const name = isNamedByPayload ? NO_BYTES : event.name;
  if (id !== undefined) {
    const nameLine = name.length === 0 ? NO_BYTES : joinBytes([EVENT_LINE, name, LINE_END]);
    return joinBytes([nameLine, ID_LINE, id, LINE_END, DATA_LINE, json, EVENT_END]);
  }
  return name.length === 0
    ? joinBytes([DATA_LINE, json, EVENT_END])
    : joinBytes([EVENT_LINE, name, LINE_END, DATA_LINE, json, EVENT_END]);
}
