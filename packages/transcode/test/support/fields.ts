import type { DescMessage } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { Random } from "@stepwire/testing";

/**
 * Returns the same message with its fields in another order, including nested messages. Records
 * of one field keep their order, because it is significant for a list.
 */
export function shuffleFields(schema: DescMessage, binary: Uint8Array, random: Random): Uint8Array {
  const byField = new Map<number, Uint8Array[]>();
  const order: number[] = [];
  for (const { number, head, inner, isEntry, content } of readRecords(schema, binary)) {
    // Only the order within the content changes, so the tag and the length remain.
    const shuffled =
      inner === undefined || isEntry ? content : shuffleFields(inner, content, random);
    const record = Buffer.concat([head, shuffled]);
    byField.set(number, [...(byField.get(number) ?? []), record]);
    order.push(number);
  }
  random.shuffle(order);
  return Buffer.concat(order.map((number) => byField.get(number)?.shift() ?? new Uint8Array()));
}

/** Whether fields are in the order of their numbers, including nested messages. */
export function hasFieldsInOrder(schema: DescMessage, binary: Uint8Array): boolean {
  let previous = 0;
  for (const { number, inner, isEntry, content } of readRecords(schema, binary)) {
    const isMessage = inner !== undefined && !isEntry;
    if (number < previous || (isMessage && !hasFieldsInOrder(inner, content))) {
      return false;
    }
    previous = number;
  }
  return true;
}

/** A record of a binary message. */
export interface FieldRecord {
  readonly number: number;
  readonly wireType: WireType;
  /** The tag; for a message, with its length. */
  readonly head: Uint8Array;
  /** The value; for a message, without its length. */
  readonly content: Uint8Array;
  /** The type of the nested message; for a map's entry, that of its value. */
  readonly inner?: DescMessage;
  /** Whether it is a map's entry. */
  readonly isEntry: boolean;
}

/** Returns the records of a message in their order. */
export function* readRecords(schema: DescMessage, binary: Uint8Array): Generator<FieldRecord> {
  const reader = new BinaryReader(binary);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, wireType] = reader.tag();
    const afterTag = reader.pos;
    const field = schema.fields.find((each) => each.number === number);
    const inner = field?.message;
    const isEntry = field?.fieldKind === "map";
    if (inner === undefined || wireType !== WireType.LengthDelimited) {
      reader.skip(wireType, number);
      const head = binary.subarray(start, afterTag);
      yield { number, wireType, head, content: binary.subarray(afterTag, reader.pos), isEntry };
    } else {
      const content = reader.bytes();
      const head = binary.subarray(start, reader.pos - content.length);
      yield { number, wireType, head, content, inner, isEntry };
    }
  }
}
