import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import {
  type ColumnAction,
  type ColumnNode,
  type ColumnType,
  type EnumMapping,
  getTableMapping,
  type TableMapping,
} from "@stepwire/mapping";
import * as layout from "../built/layout.js";
import type { ColumnPlan } from "../columns.js";
import { PlanWriter } from "./writer.js";

/** The name of the first column, which holds the messages themselves. */
export const DOCUMENT_COLUMN = "document";

const columnTypes: Readonly<Record<ColumnType, number>> = {
  string: layout.STRING,
  boolean: layout.BOOLEAN,
  integer: layout.INTEGER,
  double: layout.DOUBLE,
  timestamp: layout.TIMESTAMP,
};

/**
 * Compiles the plan for the columns of messages, as `stepwire-columns.wasm` reads it.
 *
 * @throws {MappingError} if options of columns are wrong, with every mistake in one of the messages.
 */
export function compilePlan(messages: readonly DescMessage[]): Uint8Array<ArrayBuffer> {
  return new PlanCompiler().compile(messages.map(getTableMapping));
}

/**
 * Plans the columns of a message.
 *
 * @throws {MappingError} if options of columns are wrong, with every mistake.
 */
export function planColumns(desc: DescMessage): ColumnPlan {
  const columns = getTableMapping(desc).columns.map(({ name, type, isList }) => ({
    name,
    type,
    isList,
  }));
  return {
    type: desc.typeName,
    columns: [{ name: DOCUMENT_COLUMN, type: "binary", isList: false }, ...columns],
    plan: compilePlan([desc]),
  };
}

class PlanCompiler {
  readonly #writer = new PlanWriter();
  readonly #enums = new Map<EnumMapping["desc"], number>();
  readonly #nodes = new Map<ColumnNode, number>();

  compile(tables: readonly TableMapping[]): Uint8Array<ArrayBuffer> {
    const writer = this.#writer;
    writer.reserve(layout.PLAN_HEAD_SIZE);
    writer.set(layout.PLAN_MAGIC_AT, layout.PLAN_MAGIC);
    writer.set(layout.PLAN_LAYOUT_AT, layout.PLAN_LAYOUT);
    writer.set(layout.PLAN_MESSAGE_COUNT, tables.length);
    const messages = writer.reserve(tables.length * layout.MESSAGE_SIZE);
    writer.set(layout.PLAN_MESSAGES, messages);
    for (const [index, table] of tables.entries()) {
      this.#writeTable(messages + index * layout.MESSAGE_SIZE, table);
    }
    return writer.finish(layout.PLAN_SIZE);
  }

  #writeTable(place: number, { desc, columns, root }: TableMapping): void {
    const writer = this.#writer;
    writer.setText(place + layout.MESSAGE_NAME, desc.typeName);
    writer.set(place + layout.MESSAGE_COLUMN_COUNT, columns.length + 1);
    const first = writer.reserve((columns.length + 1) * layout.PLAN_COLUMN_SIZE);
    writer.set(place + layout.MESSAGE_COLUMNS, first);
    writer.set(first + layout.PLAN_COLUMN_TYPE, layout.BINARY);
    writer.setText(first + layout.PLAN_COLUMN_NAME, DOCUMENT_COLUMN);
    for (const [index, { name, type, isList }] of columns.entries()) {
      const column = first + (index + 1) * layout.PLAN_COLUMN_SIZE;
      writer.set(column + layout.PLAN_COLUMN_TYPE, columnTypes[type]);
      writer.set(column + layout.PLAN_COLUMN_LIST, isList ? 1 : 0);
      writer.setText(column + layout.PLAN_COLUMN_NAME, name);
    }
    writer.set(place + layout.MESSAGE_NODE, this.#writeNode(root));
    writer.set(place + layout.MESSAGE_VALUE_COUNT, countValues(root));
  }

  /** Returns the place of a node. */
  #writeNode(node: ColumnNode): number {
    const known = this.#nodes.get(node);
    if (known !== undefined) {
      return known;
    }
    const writer = this.#writer;
    const place = writer.reserve(layout.NODE_SIZE);
    this.#nodes.set(node, place);
    const values = writer.reserve(node.values.length * layout.VALUE_SIZE);
    writer.set(place + layout.NODE_VALUE_COUNT, node.values.length);
    writer.set(place + layout.NODE_VALUES, values);
    for (const [index, { column, name, field, hasDefault }] of node.values.entries()) {
      const value = values + index * layout.VALUE_SIZE;
      writer.set(value + layout.VALUE_COLUMN, column + 1);
      writer.set(value + layout.VALUE_FIELD, field?.number ?? 0);
      writer.setText(value + layout.VALUE_NAME, name);
      writer.set(value + layout.VALUE_DEFAULT, hasDefault ? 1 : 0);
    }
    writer.set(place + layout.NODE_RESIDUE, node.residue?.number ?? 0);
    const lists = writer.reserve(node.lists.length * 4);
    writer.set(place + layout.NODE_LIST_COUNT, node.lists.length);
    writer.set(place + layout.NODE_LISTS, lists);
    for (const [index, column] of node.lists.entries()) {
      writer.set(lists + index * 4, column + 1);
    }
    const last = Math.max(0, ...[...node.actions.keys()].map(({ number }) => number));
    const fields = writer.reserve((last + 1) * 4);
    writer.set(place + layout.NODE_FIELD_MAX, last);
    writer.set(place + layout.NODE_FIELDS, fields);
    for (const [field, actions] of node.actions) {
      writer.set(fields + field.number * 4, this.#writeActions(field, actions));
    }
    return place;
  }

  #writeActions(field: DescField, actions: readonly ColumnAction[]): number {
    const writer = this.#writer;
    const place = writer.reserve(4 + actions.length * layout.ACTION_SIZE);
    writer.set(place, actions.length);
    for (const [index, action] of actions.entries()) {
      const at = place + 4 + index * layout.ACTION_SIZE;
      switch (action.kind) {
        case "enter":
          writer.set(at + layout.ACTION_KIND, layout.ENTER);
          writer.set(at + layout.ACTION_A, this.#writeNode(action.node));
          break;
        case "read":
          writer.set(at + layout.ACTION_KIND, layout.READ);
          writer.set(at + layout.ACTION_A, action.value);
          writer.set(at + layout.ACTION_B, wireTypeOf(field));
          if (action.mapping.kind === "enum") {
            writer.set(at + layout.ACTION_C, this.#writeEnum(action.mapping));
          }
          break;
        case "write":
          writer.set(at + layout.ACTION_KIND, layout.WRITE);
          writer.set(at + layout.ACTION_A, action.value);
          writer.setText(at + layout.ACTION_B, action.text);
          break;
        case "append":
          writer.set(at + layout.ACTION_KIND, layout.APPEND);
          writer.set(at + layout.ACTION_A, action.column + 1);
      }
    }
    return place;
  }

  /** Returns the place of the names of an enum. */
  #writeEnum({ desc, stringByNumber }: EnumMapping): number {
    const known = this.#enums.get(desc);
    if (known !== undefined) {
      return known;
    }
    const writer = this.#writer;
    const place = writer.reserve(4 + stringByNumber.size * layout.NAME_SIZE);
    this.#enums.set(desc, place);
    writer.set(place, stringByNumber.size);
    for (const [index, [number, text]] of [...stringByNumber].entries()) {
      const name = place + 4 + index * layout.NAME_SIZE;
      writer.set(name + layout.NAME_NUMBER, number);
      writer.setText(name + layout.NAME_TEXT, text);
    }
    return place;
  }
}

/** Returns the largest number of values in messages that contain each other. */
function countValues({ values, actions }: ColumnNode): number {
  const entered = [...actions.values()]
    .flat()
    .map((action) => (action.kind === "enter" ? countValues(action.node) : 0));
  return values.length + Math.max(0, ...entered);
}

function wireTypeOf(field: DescField): number {
  if (field.enum !== undefined) {
    return layout.WIRE_ENUM;
  }
  switch (field.scalar) {
    case ScalarType.STRING:
      return layout.WIRE_STRING;
    case ScalarType.BOOL:
      return layout.WIRE_BOOLEAN;
    case ScalarType.UINT64:
      return layout.WIRE_UNSIGNED;
    case ScalarType.SINT32:
    case ScalarType.SINT64:
      return layout.WIRE_ZIGZAG;
    case ScalarType.FIXED32:
      return layout.WIRE_FIXED32;
    case ScalarType.SFIXED32:
      return layout.WIRE_SFIXED32;
    case ScalarType.FIXED64:
      return layout.WIRE_FIXED64;
    case ScalarType.SFIXED64:
      return layout.WIRE_SFIXED64;
    case ScalarType.DOUBLE:
      return layout.WIRE_DOUBLE;
    default:
      return layout.WIRE_VARINT;
  }
}
