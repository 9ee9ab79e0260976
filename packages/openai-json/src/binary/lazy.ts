import { type DescField, type DescMessage, fromBinary, type Message } from "@bufbuild/protobuf";
import { fieldsOf } from "@stepwire/mapping";
import { fieldsByNumber } from "@stepwire/mapping/internal";
import { joinRanges, wireRecords } from "./records.js";

/**
 * If a message has more bytes, its lists and maps of messages are read element by element, because a
 * message of 2 bytes takes 300 bytes of memory.
 */
const LARGEST_WHOLE = 64 * 1024;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The same limit as in the Protobuf libraries. */
const MAXIMUM_DEPTH = 100;

/** The elements of a list of messages. Each is read when it is requested, and not cached. */
export class LazyList implements Iterable<Message> {
  readonly length: number;
  readonly #read: () => Iterator<Message>;

  constructor(length: number, read: () => Iterator<Message>) {
    this.length = length;
    this.#read = read;
  }

  [Symbol.iterator](): Iterator<Message> {
    return this.#read();
  }
}

/** The entries of a map of messages. Each is read when it is requested, and not cached. */
export class LazyMap implements Iterable<[string, Message]> {
  /** Number of entries in the bytes. Some may have the same key. */
  readonly entries: number;
  readonly #read: () => Iterator<[string, Message]>;

  constructor(entries: number, read: () => Iterator<[string, Message]>) {
    this.entries = entries;
    this.#read = read;
  }

  [Symbol.iterator](): Iterator<[string, Message]> {
    return this.#read();
  }
}

/** The messages that may contain lists or maps that were not read yet, at any depth. */
const opened = new WeakSet<Message>();

/**
 * Reads a binary message. If it is large, its lists of messages are `LazyList`s, its maps of messages
 * are `LazyMap`s, and only one of its unknown fields is kept.
 *
 * @throws {Error} if the bytes are not a message, like protobuf-es.
 */
export function openMessage(desc: DescMessage, bytes: Uint8Array, depth = 0): Message {
  if (depth >= MAXIMUM_DEPTH) {
    throw new Error(`cannot decode ${desc} from binary: more than ${MAXIMUM_DEPTH} messages deep`);
  }
  if (bytes.length <= LARGEST_WHOLE) {
    return fromBinary(desc, bytes, { recursionLimit: MAXIMUM_DEPTH - depth });
  }
  const { counts, arms, unknown } = survey(desc, bytes);
  const message = fromBinary(
    desc,
    joinRanges(bytes, () => ownRecords(desc, bytes, unknown)),
  );
  const fields = fieldsOf(message);
  for (const [field, count] of counts) {
    const read = (element: DescMessage, part: Uint8Array): Message =>
      openMessage(element, part, depth + 1);
    const type = field.message;
    if (type === undefined) {
      continue;
    }
    if (field.fieldKind === "list") {
      fields[field.localName] = new LazyList(count, () => listElements(bytes, field, type, read));
    } else if (field.fieldKind === "map") {
      fields[field.localName] = new LazyMap(count, () => mapEntries(bytes, field, type, read));
    } else if (field.oneof === undefined) {
      fields[field.localName] = read(type, payloads(bytes, field.number, 0));
    } else {
      const arm = arms.get(field.oneof.localName);
      if (arm?.number === field.number) {
        const value = read(type, payloads(bytes, field.number, arm.from));
        fields[field.oneof.localName] = { case: field.localName, value };
      }
    }
  }
  opened.add(message);
  return message;
}

/**
 * Reads everything that `openMessage` has not read, to check it.
 *
 * @throws {Error} if the bytes are not a message, like protobuf-es.
 */
export function readThrough(desc: DescMessage, message: Message): void {
  if (!opened.has(message)) {
    return;
  }
  const fields = fieldsOf(message);
  for (const field of desc.fields) {
    const value = field.oneof === undefined ? fields[field.localName] : armOf(fields, field);
    if (field.message === undefined || value === undefined) {
      continue;
    }
    if (value instanceof LazyList) {
      for (const element of value) {
        readThrough(field.message, element);
      }
    } else if (value instanceof LazyMap) {
      for (const [, element] of value) {
        readThrough(field.message, element);
      }
    } else if (field.fieldKind === "message") {
      // A message field has no other values.
      readThrough(field.message, value as Message);
    }
  }
}

function armOf(fields: Record<string, unknown>, { oneof, localName }: DescField): unknown {
  const { case: set, value } = fieldsOf(fields[oneof?.localName ?? ""]);
  return set === localName ? value : undefined;
}

interface Survey {
  /** Number of records of each message field. */
  readonly counts: ReadonlyMap<DescField, number>;
  /** By oneof: the last field, and the offset of the first of its last records. */
  readonly arms: ReadonlyMap<string, { readonly number: number; readonly from: number }>;
  /** The offset of the first unknown field. */
  readonly unknown: number | undefined;
}

function survey(desc: DescMessage, bytes: Uint8Array): Survey {
  const known = fieldsByNumber(desc);
  const counts = new Map<DescField, number>();
  const arms = new Map<string, { number: number; from: number }>();
  let unknown: number | undefined;
  for (const { number, delimited, start } of wireRecords(bytes)) {
    const field = known.get(number);
    if (field === undefined) {
      unknown ??= start;
      continue;
    }
    if (field.message !== undefined && delimited) {
      counts.set(field, (counts.get(field) ?? 0) + 1);
    }
    if (field.oneof !== undefined && arms.get(field.oneof.localName)?.number !== number) {
      arms.set(field.oneof.localName, { number, from: start });
    }
  }
  return { counts, arms, unknown };
}

/** Returns the records that are read immediately: those of fields without messages. */
function* ownRecords(
  desc: DescMessage,
  bytes: Uint8Array,
  unknown: number | undefined,
): Generator<{ start: number; end: number }, void> {
  const known = fieldsByNumber(desc);
  for (const { number, delimited, start, end } of wireRecords(bytes)) {
    const field = known.get(number);
    const isOwn =
      field === undefined ? start === unknown : field.message === undefined || !delimited;
    if (isOwn) {
      yield { start, end };
    }
  }
}

/** Returns the bytes of a message field. Several records are merged to one message. */
function payloads(bytes: Uint8Array, number: number, from: number): Uint8Array {
  return joinRanges(bytes, function* () {
    for (const record of wireRecords(bytes, from)) {
      if (record.number === number && record.delimited) {
        yield { start: record.value, end: record.end };
      }
    }
  });
}

type Read = (type: DescMessage, bytes: Uint8Array) => Message;

function* listElements(
  bytes: Uint8Array,
  field: DescField,
  type: DescMessage,
  read: Read,
): Generator<Message, void> {
  for (const { number, delimited, value, end } of wireRecords(bytes)) {
    if (number === field.number && delimited) {
      yield read(type, bytes.subarray(value, end));
    }
  }
}

function* mapEntries(
  bytes: Uint8Array,
  field: DescField,
  type: DescMessage,
  read: Read,
): Generator<[string, Message], void> {
  // If entries have the same key, the last one is used.
  const entries = new Map<string, number>();
  for (const { number, delimited, start, value, end } of wireRecords(bytes)) {
    if (number === field.number && delimited) {
      entries.set(entryKey(bytes.subarray(value, end)), start);
    }
  }
  for (const [key, start] of entries) {
    for (const { value, end } of wireRecords(bytes, start)) {
      yield [key, read(type, payloads(bytes.subarray(value, end), 2, 0))];
      break;
    }
  }
}

function entryKey(entry: Uint8Array): string {
  let key = "";
  for (const { number, delimited, value, end } of wireRecords(entry)) {
    if (number === 1 && delimited) {
      key = decoder.decode(entry.subarray(value, end));
    }
  }
  return key;
}
