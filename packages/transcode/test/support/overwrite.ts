import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Random } from "@stepwire/testing";
import { type FieldRecord, readRecords } from "./fields.js";

const RESIDUE = 2047;
/** Texts for a residue: valid JSON, invalid JSON, and empty. */
const texts = [[0x31], [0x22, 0x78, 0x22], [0x7b], [0xff], []] as const;

/**
 * Returns the same message with records that replace others or are replaced: with other content,
 * of another field, in pieces, or with a number beyond 32 bits.
 */
export function overwrite(schema: DescMessage, binary: Uint8Array, random: Random): Uint8Array {
  const records = [...readRecords(schema, binary)];
  const index = random.below(records.length + 1);
  const chosen = records[index];
  const before = records.slice(0, index).map(bytesOf);
  const after = records.slice(index + 1).map(bytesOf);
  if (chosen === undefined) {
    return Buffer.concat([...before, anyRecord(schema, random)]);
  }
  if (chosen.inner !== undefined && random.chance(0.6)) {
    const content = overwrite(chosen.inner, chosen.content, random);
    return Buffer.concat([...before, delimited(chosen.number, content), ...after]);
  }
  const changed = shuffled(change(schema, chosen, random), random);
  return Buffer.concat([...before, ...changed, ...after]);
}

function shuffled(records: readonly Uint8Array[], random: Random): Uint8Array[] {
  const copy = [...records];
  random.shuffle(copy);
  return copy;
}

/** Returns the replacement for a record. */
function change(schema: DescMessage, record: FieldRecord, random: Random): Uint8Array[] {
  const original = bytesOf(record);
  switch (random.below(4)) {
    case 0:
      return [original, anyRecord(schema, random)];
    case 1:
      return [original, residue(schema, random)];
    case 2:
      return record.wireType === WireType.Varint
        ? [beyond32Bits(record.number, random)]
        : [original, original];
    default:
      return [original, spoiled(record, random)];
  }
}

/** Returns the record with one byte of its content changed. */
function spoiled(record: FieldRecord, random: Random): Uint8Array {
  const bytes = Uint8Array.from(bytesOf(record));
  const length = record.content.length;
  if (length > 0) {
    bytes[bytes.length - 1 - random.below(length)] = random.chance(0.5) ? 0xff : random.below(256);
  }
  return bytes;
}

/** Returns a number whose lower 32 bits are small. */
function beyond32Bits(number: number, random: Random): Uint8Array {
  const value = (BigInt(random.below(2 ** 31)) << 32n) | BigInt(random.below(4));
  return new BinaryWriter().tag(number, WireType.Varint).uint64(value).finish();
}

/** Returns a short record of any field of the message. */
function anyRecord(schema: DescMessage, random: Random): Uint8Array {
  const field = random.pick(schema.fields);
  if (field === undefined || field.number === RESIDUE) {
    return residue(schema, random);
  }
  const content = random.chance(0.5)
    ? Uint8Array.from(random.pick(texts) ?? [])
    : Uint8Array.of(0x0a, 1, random.chance(0.5) ? 0xff : 0x78);
  return isDelimited(field) ? delimited(field.number, content) : beyond32Bits(field.number, random);
}

function isDelimited(field: DescField): boolean {
  return field.fieldKind === "message" || field.fieldKind === "map" || field.scalar === 9;
}

/** Returns a residue with a text for a member, which may be a field that is set. */
function residue(schema: DescMessage, random: Random): Uint8Array {
  if (!schema.fields.some(({ number }) => number === RESIDUE)) {
    return new Uint8Array();
  }
  const name = random.chance(0.9) ? (random.pick(schema.fields)?.name ?? "x") : "type";
  const entry = new BinaryWriter()
    .raw(delimited(1, new TextEncoder().encode(name)))
    .raw(delimited(2, Uint8Array.from(random.pick(texts) ?? [])))
    .finish();
  return delimited(RESIDUE, delimited(1, entry));
}

function delimited(number: number, content: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(content).finish();
}

function bytesOf({ head, content }: FieldRecord): Uint8Array {
  return Buffer.concat([head, content]);
}
