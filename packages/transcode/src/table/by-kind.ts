import type { ByKindMapping, JsonKind } from "@stepwire/mapping";
import {
  BY_KIND_ARRAY,
  BY_KIND_BOOLEAN,
  BY_KIND_ENUM,
  BY_KIND_NULL,
  BY_KIND_NUMBER,
  BY_KIND_OBJECT,
  BY_KIND_STRING,
  INLINE_OTHER,
  KIND_BY_KIND,
  MESSAGE_KIND,
} from "../built/layout.js";
import type { TableContext } from "./field.js";
import { ArmWriter, writeTaggedObjects } from "./inline.js";

const PLACE: Readonly<Record<JsonKind, number>> = {
  string: BY_KIND_STRING,
  number: BY_KIND_NUMBER,
  boolean: BY_KIND_BOOLEAN,
  array: BY_KIND_ARRAY,
  object: BY_KIND_OBJECT,
  null: BY_KIND_NULL,
};

/**
 * Writes the record of a union by kind: a message that is the payload of its arm, of any JSON
 * type.
 */
export function writeByKind(context: TableContext, at: number, mapping: ByKindMapping): void {
  const { armByKind, enumArm, taggedObjects, otherArm } = mapping;
  const { table } = context;
  const arms = new ArmWriter(context);
  for (const [kind, { field, value }] of armByKind) {
    table.setU32(at + PLACE[kind], arms.add(field, value));
  }
  if (enumArm !== undefined) {
    table.setU32(at + BY_KIND_ENUM, arms.add(enumArm.field, enumArm.value));
  }
  if (taggedObjects !== undefined) {
    writeTaggedObjects(context, at, taggedObjects, (arm) => arms.add(arm.field, arm.payload));
  }
  if (otherArm !== undefined) {
    table.setU32(at + INLINE_OTHER, arms.add(otherArm, { kind: "verbatim" }));
  }
  table.setU32(at + MESSAGE_KIND, KIND_BY_KIND);
  arms.finish(at);
}
