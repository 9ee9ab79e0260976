import type { DescMessage } from "@bufbuild/protobuf";
import { type EnumMapping, getMessageMapping, type MessageMapping } from "@stepwire/mapping";
import { TABLE, TableBuilder } from "./builder.js";
import { placeOf, type TableContext } from "./field.js";
import { MESSAGE_SIZE, writeArray, writeInline, writeObject } from "./message.js";

const HEADER_SIZE = 64;
const MAGIC = 0x31545753;
// Words of the header, which stands at the start.
const ROOT = 8;
const MESSAGE_COUNT = 12;
const NAMES = 16;
const NAME_COUNT = 20;
/** The place of a message, and that of its name and the length of that. */
const NAMED_SIZE = 16;

/**
 * Compiles the mapping of a message type, and of all that it reaches, to the table
 * that the kernel works from. docs/kernel-abi.md describes it.
 */
export function compileTable(schema: DescMessage): Uint8Array {
  const { table, reach, finish } = beginTable();
  table.setU32(TABLE + ROOT, reach(getMessageMapping(schema)));
  return finish();
}

/**
 * The same for several message types and all that they reach, of which each can be
 * chosen by its full name. The first is chosen at the start.
 */
export function compileNamedTable(schemas: readonly DescMessage[]): Uint8Array {
  const { table, places, reach, finish } = beginTable();
  for (const schema of schemas) {
    reach(getMessageMapping(schema));
  }
  finish();
  // No document is an array.
  const choices = [...places].filter(([{ kind }]) => kind !== "array");
  const names = table.allocate(choices.length * NAMED_SIZE);
  for (const [index, [{ desc }, place]] of choices.entries()) {
    const name = new TextEncoder().encode(desc.typeName);
    const entry = names + index * NAMED_SIZE;
    table.setU32(entry, place);
    table.setU32(entry + 4, table.addBytes(name));
    table.setU32(entry + 8, name.length);
  }
  table.setU32(TABLE + ROOT, choices[0]?.[1] ?? 0);
  table.setU32(TABLE + NAMES, names);
  table.setU32(TABLE + NAME_COUNT, choices.length);
  return table.finish();
}

interface UnfinishedTable {
  readonly table: TableBuilder;
  readonly places: ReadonlyMap<MessageMapping, number>;
  /** The place of a message, which is written later. */
  reach(mapping: MessageMapping): number;
  /** Writes all messages that were reached. */
  finish(): Uint8Array;
}

function beginTable(): UnfinishedTable {
  const table = new TableBuilder(HEADER_SIZE);
  const places = new Map<MessageMapping, number>();
  const queue: MessageMapping[] = [];
  const reach = (mapping: MessageMapping): number => {
    let place = places.get(mapping);
    if (place === undefined) {
      place = table.allocate(MESSAGE_SIZE);
      table.setU32(place + 4, places.size);
      places.set(mapping, place);
      queue.push(mapping);
    }
    return place;
  };
  const context: TableContext = {
    table,
    enums: new Map<EnumMapping, never>(),
    message: (value) => reach(value.message),
  };
  const finish = (): Uint8Array => {
    for (let mapping = queue.pop(); mapping !== undefined; mapping = queue.pop()) {
      writeMessage(context, reach(mapping), mapping);
    }
    table.setU32(TABLE, MAGIC);
    table.setU32(TABLE + MESSAGE_COUNT, places.size);
    return table.finish();
  };
  return { table, places, reach, finish };
}

function writeMessage(context: TableContext, at: number, mapping: MessageMapping): void {
  switch (mapping.kind) {
    case "object":
      writeObject(context, at, mapping);
      break;
    case "array": {
      const value = { kind: "list", element: mapping.element } as const;
      writeArray(context, at, placeOf(mapping.field, "required", value));
      break;
    }
    case "inline":
      writeInline(context, at, mapping);
      break;
  }
}
