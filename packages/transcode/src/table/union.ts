import type { MemberMapping, UnionMapping } from "@stepwire/mapping";
import {
  FIELD_ARM_TEXT,
  FIELD_ARM_TEXT_LENGTH,
  FIELD_MEMBER_INDEX,
  FIELD_SIZE,
  FIELD_UNION,
  MEMBER_FIELD,
  NO_MEMBER,
  UNION_ADJACENT,
  UNION_INDEX,
  UNION_OPTIONAL,
  UNION_OTHER,
  UNION_OTHER_CONTENT,
  UNION_OTHER_TAG,
  UNION_TAG_MEMBER,
  UNION_TAGS,
} from "../built/layout.js";
import { type FieldPlace, placeOf, type TableContext, writeField } from "./field.js";
import { addNames } from "./names.js";

/** Writes the record of a tagged or adjacent union, and those of its arms. */
export function writeUnion(
  context: TableContext,
  at: number,
  union: UnionMapping,
  unionIndex: number,
  members: readonly MemberMapping[],
  memberPlace: (index: number) => number,
  addField: (place: FieldPlace) => number,
): void {
  const { table } = context;
  const indexOf = (kind: string, name: string): number =>
    members.findIndex((member) => member.kind === kind && member.name === name);
  const tags = union.arms.map((arm) => {
    const field = addField(placeOf(arm.field, arm.presence, arm.value));
    const index = arm.name === undefined ? NO_MEMBER : indexOf("payload", arm.name);
    table.setU32(field + FIELD_MEMBER_INDEX, index);
    table.setU32(field + FIELD_UNION, at);
    const text = table.addText(`,${JSON.stringify(union.tag)}:${JSON.stringify(arm.tagValue)}`);
    table.setU32(field + FIELD_ARM_TEXT, text.place);
    table.setU32(field + FIELD_ARM_TEXT_LENGTH, text.length);
    if (union.shape === "tagged" && arm.name !== undefined) {
      const place = memberPlace(index) + MEMBER_FIELD;
      // If several arms have the same member, it holds the first of them.
      table.setU32(place, table.getU32(place) || field);
    }
    return { name: arm.tagValue, value: field };
  });
  table.setU32(at + UNION_ADJACENT, union.shape === "adjacent" ? 1 : 0);
  table.setU32(at + UNION_OPTIONAL, union.tagPresence === "optional" ? 1 : 0);
  table.setU32(at + UNION_TAGS, addNames(table, tags));
  if (union.otherArm !== undefined) {
    const { field, tagField, contentField } = union.otherArm;
    const content = union.content === undefined ? -1 : indexOf("payload", union.content);
    const other = addField({
      number: field.number,
      presence: "required",
      value: { kind: "string" },
      implicit: false,
      packed: false,
      arm: true,
    });
    table.setU32(other + FIELD_MEMBER_INDEX, content);
    table.setU32(other + FIELD_UNION, at);
    table.setU32(at + UNION_OTHER, other);
    for (const [offset, inner, kind] of [
      [UNION_OTHER_TAG, tagField, "string"],
      [UNION_OTHER_CONTENT, contentField, "verbatim"],
    ] as const) {
      const place = table.allocate(FIELD_SIZE);
      writeField(context, place, placeOf(inner, "optional", { kind }));
      table.setU32(at + offset, place);
    }
  }
  table.setU32(at + UNION_TAG_MEMBER, indexOf("tag", union.tag));
  table.setU32(at + UNION_INDEX, unionIndex);
}
