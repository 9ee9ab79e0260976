import type { DescMessage } from "@bufbuild/protobuf";
import { type EnumMapping, getMessageMapping, type MessageMapping } from "@stepwire/mapping";
import { TableBuilder } from "./builder.js";
import { placeOf, type TableContext } from "./field.js";
import { MESSAGE_SIZE, writeArray, writeInline, writeObject } from "./message.js";

const HEADER_SIZE = 64;
const MAGIC = 0x31545753;

/**
 * Compiles the mapping of a message type, and of all that it reaches, to the table
 * that the kernel works from. docs/kernel-abi.md describes it.
 */
export function compileTable(schema: DescMessage): Uint8Array {
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
  const root = reach(getMessageMapping(schema));
  for (let mapping = queue.pop(); mapping !== undefined; mapping = queue.pop()) {
    writeMessage(context, reach(mapping), mapping);
  }
  table.setU32(0, MAGIC);
  table.setU32(8, root);
  table.setU32(12, places.size);
  return table.finish();
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
