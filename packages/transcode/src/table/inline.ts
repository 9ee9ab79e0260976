import type { DescField } from "@bufbuild/protobuf";
import type { InlineArm, InlineMapping, TaggedObjects, ValueMapping } from "@stepwire/mapping";
import {
  FIELD_ONEOF,
  FIELD_SIZE,
  INLINE_ADJACENT,
  INLINE_ADJACENT_TAG,
  INLINE_CONSTANTS,
  INLINE_OTHER,
  INLINE_TAG,
  KIND_INLINE,
  MESSAGE_KIND,
  MESSAGE_ONEOF,
} from "../built/layout.js";
import { placeOf, type TableContext, writeField } from "./field.js";
import { oneofOffset, writeFieldIndex } from "./message.js";
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
  { tag, arms }: TaggedObjects,
  addArm: (arm: InlineArm) => number,
): void {
  const constants: { name: string; value: number }[] = [];
  for (const arm of arms) {
    const field = addArm(arm);
    if (arm.constant !== undefined) {
      constants.push({ name: arm.constant, value: field });
    } else if (arm.adjacentTag !== undefined) {
      table.setU32(at + INLINE_ADJACENT, field);
      table.setU32(
        at + INLINE_ADJACENT_TAG,
        addNames(table, [{ name: arm.adjacentTag, value: 0 }]),
      );
    }
  }
  table.setU32(at + INLINE_TAG, addNames(table, [{ name: tag, value: 0 }]));
  table.setU32(at + INLINE_CONSTANTS, addNames(table, constants));
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
