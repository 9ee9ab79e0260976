import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";

/*
 * The bytes before a message in a record of Kafka whose schema is in a registry, as Confluent's
 * Protobuf serializer writes them and every registry with its interface expects them: a zero byte,
 * the identifier of the schema as four bytes, and which message of the schema's file it is.
 */

/** What comes before a message in a record. */
export interface RegistryFrame {
  /** The identifier of the schema in the registry. */
  readonly schemaId: number;
  /**
   * Which message of the file it is: its index among the messages of the file, counted from 0; then,
   * for a nested message, its index in that message, and so on.
   */
  readonly messageIndexes: readonly number[];
  /** Offset of the message, which extends to the end of the record. */
  readonly start: number;
}

/** What is wrong with a record. */
export type RegistryFrameErrorCode =
  /** The record does not start with a zero byte. */
  | "bad_magic"
  /** The record ends before the message. */
  | "cut_off"
  /** The indexes are malformed. */
  | "malformed"
  /** There are more indexes than `maxDepth`. */
  | "too_deep";

/** A record does not start as the Protobuf serializer of a registry writes it. */
export class RegistryFrameError extends Error {
  override readonly name = "RegistryFrameError";
  readonly code: RegistryFrameErrorCode;
  /** Offset in the record, in bytes. */
  readonly offset: number;
  readonly expected: string;
  readonly found: string;

  constructor(
    code: RegistryFrameErrorCode,
    place: { readonly offset: number },
    expected: string,
    found: string,
  ) {
    super(`${code} in the record (offset ${place.offset}): expected ${expected}, found ${found}`);
    this.code = code;
    this.offset = place.offset;
    this.expected = expected;
    this.found = found;
  }
}

/** Options for reading a record. */
export interface RegistryFrameOptions {
  /**
   * Maximum number of indexes in a record of a schema registry: how deep its message may be nested in
   * its file. @defaultValue 32
   */
  readonly maxDepth?: number;
}

const DEFAULT_MAX_DEPTH = 32;
const MAGIC = 0;
const ID_BYTES = 4;
const MAX_ID = 0xff_ff_ff_ff;
/** The size of a varint with 32 bits. */
const MAX_VARINT_BYTES = 5;
/** The last byte of such a varint has the 4 bits that are left. */
const MAX_LAST_BYTE = 0x0f;

/**
 * Returns the bytes before each message of a schema in a record. They are the same for all messages
 * of the schema.
 *
 * @param schema the message, at the top of its file or nested in another message.
 * @param schemaId the identifier that the registry gave to the schema's file.
 * @throws {RangeError} if the identifier is not an integer of 32 bits.
 */
export function registryPrefix(schema: DescMessage, schemaId: number): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(schemaId) || schemaId < 0 || schemaId > MAX_ID) {
    throw new RangeError(`the identifier of a schema must be an integer of 32 bits: ${schemaId}`);
  }
  const indexes = indexesOf(schema);
  const writer = new BinaryWriter();
  writer.raw(new Uint8Array([MAGIC, ...bigEndian(schemaId)]));
  // The first message of a file is the usual case: the length 0 instead of the list.
  if (indexes.length === 1 && indexes[0] === 0) {
    return writer.sint32(0).finish();
  }
  writer.sint32(indexes.length);
  for (const index of indexes) {
    writer.sint32(index);
  }
  return writer.finish();
}

/**
 * Reads the bytes before the message in a record.
 *
 * @throws {RegistryFrameError} if the record does not start with a frame.
 */
export function readRegistryFrame(
  record: Uint8Array,
  { maxDepth = DEFAULT_MAX_DEPTH }: RegistryFrameOptions = {},
): RegistryFrame {
  const magic = record[0];
  if (magic !== undefined && magic !== MAGIC) {
    throw new RegistryFrameError("bad_magic", { offset: 0 }, "a zero byte", `the byte ${magic}`);
  }
  if (record.length < 1 + ID_BYTES) {
    throw cutOff(record, "the identifier of the schema");
  }
  const schemaId = new DataView(record.buffer, record.byteOffset).getUint32(1);
  let start = 1 + ID_BYTES;
  const next = (expected: string): number => {
    const { value, end } = readIndex(record, start, expected);
    start = end;
    return value;
  };
  const countAt = start;
  const count = next("the number of indexes");
  if (count > maxDepth) {
    const place = { offset: countAt };
    throw new RegistryFrameError("too_deep", place, `at most ${maxDepth} indexes`, String(count));
  }
  const indexes = Array.from({ length: count }, () => next("an index"));
  return { schemaId, messageIndexes: count === 0 ? [0] : indexes, start };
}

/** Returns a message of a file by its indexes, or undefined if the file does not have it. */
export function messageAtIndexes(
  file: DescFile,
  indexes: readonly number[],
): DescMessage | undefined {
  const [first = -1, ...nested] = indexes;
  return nested.reduce<DescMessage | undefined>(
    (message, index) => message?.nestedMessages[index],
    file.messages[first],
  );
}

/*
 * Entries of maps do not count, as in Confluent's serializers for Java and JavaScript; those for
 * Python and Go count them. It only matters for messages nested next to a map.
 */
function indexesOf(schema: DescMessage): readonly number[] {
  const { parent } = schema;
  return parent === undefined
    ? [schema.file.messages.indexOf(schema)]
    : [...indexesOf(parent), parent.nestedMessages.indexOf(schema)];
}

function readIndex(
  record: Uint8Array,
  start: number,
  expected: string,
): { readonly value: number; readonly end: number } {
  let end = start;
  while (end < record.length && (record[end] ?? 0) >= 0x80) {
    end += 1;
    if (end - start >= MAX_VARINT_BYTES) {
      const found = `a varint of more than ${MAX_VARINT_BYTES} bytes`;
      throw new RegistryFrameError("malformed", { offset: start }, expected, found);
    }
  }
  if (end >= record.length) {
    throw cutOff(record, expected);
  }
  // The reader would drop these bits.
  if (end - start === MAX_VARINT_BYTES - 1 && (record[end] ?? 0) > MAX_LAST_BYTE) {
    const found = "a varint of more than 32 bits";
    throw new RegistryFrameError("malformed", { offset: start }, expected, found);
  }
  const value = new BinaryReader(record.subarray(start, end + 1)).sint32();
  if (value < 0) {
    throw new RegistryFrameError("malformed", { offset: start }, expected, String(value));
  }
  return { value, end: end + 1 };
}

function cutOff(record: Uint8Array, expected: string): RegistryFrameError {
  return new RegistryFrameError("cut_off", { offset: record.length }, expected, "the end");
}

function bigEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(ID_BYTES);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
