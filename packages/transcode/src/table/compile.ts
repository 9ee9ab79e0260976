import type { DescMessage } from "@bufbuild/protobuf";
import { type EnumMapping, getMessageMapping, type MessageMapping } from "@stepwire/mapping";
import {
  CHOICE_MESSAGE,
  CHOICE_NAME,
  CHOICE_NAME_LENGTH,
  CHOICE_SIZE,
  LAYOUT_HASH,
  MAGIC,
  MESSAGE_INDEX,
  MESSAGE_SIZE,
  TABLE,
  TABLE_HEADER_SIZE,
  TABLE_MAGIC,
  TABLE_MESSAGES,
  TABLE_NAME_COUNT,
  TABLE_NAMES,
  TABLE_ROOT,
} from "../built/layout.js";
import { TableBuilder } from "./builder.js";
import { writeByKind } from "./by-kind.js";
import { writeEvents } from "./events.js";
import { placeOf, type TableContext } from "./field.js";
import { writeInline } from "./inline.js";
import { LAYOUT_OFFSET } from "./layout-mark.js";
import { writeArray, writeObject } from "./message.js";

/**
 * Compiles the mapping of a message type, and of all messages that it reaches, to the table that
 * drives the kernel. docs/kernel-abi.md describes it.
 *
 * @throws {TypeError} if the message cannot be a document.
 */
export function compileTable(schema: DescMessage): Uint8Array {
  const { table, reach, finish } = beginTable();
  const mapping = getMessageMapping(schema);
  if (!isDocument(mapping)) {
    throw new TypeError(`${schema.typeName} is a part of a document, not a document`);
  }
  table.setU32(TABLE_ROOT, reach(mapping));
  return finish();
}

/**
 * Compiles a table for several message types and all that they reach. A host can choose each by
 * its full name; at first, the first one is chosen.
 */
export function compileNamedTable(schemas: readonly DescMessage[]): Uint8Array {
  const { table, places, reach, finish } = beginTable();
  for (const schema of schemas) {
    reach(getMessageMapping(schema));
  }
  finish();
  const choices = [...places].filter(([mapping]) => isDocument(mapping));
  const names = table.allocate(choices.length * CHOICE_SIZE);
  for (const [index, [{ desc }, place]] of choices.entries()) {
    const name = new TextEncoder().encode(desc.typeName);
    const entry = names + index * CHOICE_SIZE;
    table.setU32(entry + CHOICE_MESSAGE, place);
    table.setU32(entry + CHOICE_NAME, table.addBytes(name));
    table.setU32(entry + CHOICE_NAME_LENGTH, name.length);
  }
  table.setU32(TABLE_ROOT, choices[0]?.[1] ?? 0);
  table.setU32(TABLE_NAMES, names);
  table.setU32(TABLE_NAME_COUNT, choices.length);
  writeEvents(
    table,
    choices.map(([{ desc }, place]) => ({ desc, place })),
  );
  return table.finish();
}

/** Whether a message is always a JSON object, as a document must be. */
function isDocument({ kind }: MessageMapping): boolean {
  return kind === "object" || kind === "inline";
}

interface UnfinishedTable {
  readonly table: TableBuilder;
  readonly places: ReadonlyMap<MessageMapping, number>;
  /** Returns the place of a message. The message is written later. */
  reach(mapping: MessageMapping): number;
  /** Writes all messages that were reached. Returns the table. */
  finish(): Uint8Array;
}

function beginTable(): UnfinishedTable {
  const table = new TableBuilder(TABLE_HEADER_SIZE);
  const places = new Map<MessageMapping, number>();
  const queue: MessageMapping[] = [];
  const reach = (mapping: MessageMapping): number => {
    let place = places.get(mapping);
    if (place === undefined) {
      place = table.allocate(MESSAGE_SIZE);
      table.setU32(place + MESSAGE_INDEX, places.size);
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
    table.setU32(TABLE_MAGIC, MAGIC);
    table.setU32(TABLE + LAYOUT_OFFSET, LAYOUT_HASH);
    table.setU32(TABLE_MESSAGES, places.size);
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
    case "byKind":
      writeByKind(context, at, mapping);
      break;
  }
}
