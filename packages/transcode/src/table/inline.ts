import type { DescField } from "@bufbuild/protobuf";
import type { InlineArm, InlineMapping, TaggedObjects, ValueMapping } from "@stepwire/mapping";
import {
  FIELD_ONEOF,
  FIELD_SIZE,
  INLINE_ADJACENT,
  INLINE_ADJACENT_TAG,
  INLINE_ADJACENT_TAGS,
  INLINE_CONSTANTS,
  INLINE_LIST,
  INLINE_OTHER,
  INLINE_TAG,
  INLINE_WITHOUT_TAG,
  KIND_INLINE,
  MESSAGE_KIND,
  MESSAGE_ONEOF,
  NAME_SIZE,
  NAME_VALUES,
  NAMES_ENTRIES,
} from "../built/layout.js";
import type { TableBuilder } from "./builder.js";
import { placeOf, type TableContext, writeField } from "./field.js";
import { oneofOffset, writeFieldIndex } from "./field-index.js";
import { addNames } from "./names.js";

/** Writes the record of an inline union: a message that is the payload of its arm, an object. */
export function writeInline(context: TableContext, at: number, mapping: InlineMapping): void {
  const { table } = context;
  const arms = new ArmWriter(context);
  writeTaggedObjects(context, at, mapping, (arm) => arms.add(arm.field, arm.payload));
  if (mapping.otherArm !== undefined) {
    table.setU32(at + INLINE_OTHER, arms.add(mapping.otherArm, { kind: "verbatim" }));
  }
  table.setU32(at + MESSAGE_KIND, KIND_INLINE);
  arms.finish(at);
}

/** Writes the tags that tell object types apart, and their arms. */
export function writeTaggedObjects(
  { table }: TableContext,
  at: number,
  objects: TaggedObjects,
  addArm: (arm: InlineArm) => number,
): void {
  const { tag, arms, armWithoutTag, list, adjacentArm, armByAdjacentTag } = objects;
  const places = new Map(arms.map((arm) => [arm, addArm(arm)]));
  const addTags = (armByTag: ReadonlyMap<string, InlineArm>): number =>
    addNames(
      table,
      [...armByTag].map(([name, arm]) => ({ name, value: places.get(arm) ?? 0 })),
    );
  table.setU32(at + INLINE_TAG, addName(table, tag));
  const constants = addTags(objects.armByTagValue);
  table.setU32(at + INLINE_CONSTANTS, constants);
  if (armWithoutTag !== undefined) {
    table.setU32(at + INLINE_WITHOUT_TAG, places.get(armWithoutTag) ?? 0);
  }
  if (list !== undefined) {
    table.setU32(at + INLINE_LIST, addName(table, list));
  }
  const entries = table.getU32(constants + NAMES_ENTRIES);
  for (const [index, value] of [...objects.armByTagValue.keys()].entries()) {
    const elements = objects.armsByElement.get(value);
    if (elements !== undefined) {
      table.setU32(entries + index * NAME_SIZE + NAME_VALUES, addTags(elements));
    }
  }
  if (adjacentArm?.adjacentTag !== undefined) {
    table.setU32(at + INLINE_ADJACENT, places.get(adjacentArm) ?? 0);
    table.setU32(at + INLINE_ADJACENT_TAG, addName(table, adjacentArm.adjacentTag));
    if (armByAdjacentTag.size > 0) {
      table.setU32(at + INLINE_ADJACENT_TAGS, addTags(armByAdjacentTag));
    }
  }
}

/** Writes a hash table with one name. Returns its place. */
function addName(table: TableBuilder, name: string): number {
  return addNames(table, [{ name, value: 0 }]);
}

/** Writes the arms of a message that consists of one oneof. */
export class ArmWriter {
  readonly #context: TableContext;
  readonly #fields: number[] = [];
  readonly #numbers: number[] = [];

  constructor(context: TableContext) {
    this.#context = context;
  }

  /** Writes the record of an arm. Returns its place. */
  add(field: DescField, value: ValueMapping): number {
    const place = this.#context.table.allocate(FIELD_SIZE);
    writeField(this.#context, place, placeOf(field, "required", value));
    this.#fields.push(place);
    this.#numbers.push(field.number);
    return place;
  }

  /** Writes the index of the arms by number. */
  finish(at: number): void {
    const { table } = this.#context;
    writeFieldIndex(table, at, this.#fields, this.#numbers, 1);
    const oneof = oneofOffset(this.#fields.length, 0);
    table.setU32(at + MESSAGE_ONEOF, oneof);
    for (const field of this.#fields) {
      table.setU32(field + FIELD_ONEOF, oneof);
    }
  }
}
