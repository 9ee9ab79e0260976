import { create } from "@bufbuild/protobuf";
import { type JsonResidue, JsonResidueSchema } from "@stepwire/mapping";
import { freezeDeep } from "./fields.js";

/** What the residue of an object says of one of its members. */
export type MemberNote =
  | { readonly kind: "absent" | "null" | "empty" }
  | { readonly kind: "text"; readonly text: string };

const ABSENT: MemberNote = { kind: "absent" };
const NULL: MemberNote = { kind: "null" };
const EMPTY: MemberNote = { kind: "empty" };

/**
 * What a residue says of a member, by its name and the number of its field: a
 * constant or a tag has none. Undefined if it says nothing.
 */
export function noteOf(
  residue: JsonResidue | undefined,
  name: string,
  number?: number,
): MemberNote | undefined {
  if (residue === undefined) {
    return undefined;
  }
  if (Object.hasOwn(residue.members, name)) {
    const text = residue.members[name] ?? "";
    return text === "" ? ABSENT : { kind: "text", text };
  }
  if (number === undefined) {
    return undefined;
  }
  if (residue.nullFields.includes(number)) {
    return NULL;
  }
  if (residue.absentFields.includes(number)) {
    return ABSENT;
  }
  return residue.emptyFields.includes(number) ? EMPTY : undefined;
}

/** A copy of a residue in which one member has this note, or none. */
export function withNote(
  residue: JsonResidue | undefined,
  note: MemberNote | undefined,
  name: string,
  number?: number,
): JsonResidue | undefined {
  const members = new Map(Object.entries(residue?.members ?? {}));
  const without = (numbers: readonly number[] | undefined): number[] =>
    numbers?.filter((each) => each !== number) ?? [];
  const nullFields = without(residue?.nullFields);
  const absentFields = without(residue?.absentFields);
  const emptyFields = without(residue?.emptyFields);
  if (note?.kind === "text") {
    // Setting a name that is there keeps its place in the order.
    members.set(name, note.text);
  } else if (note?.kind === "absent" && number === undefined) {
    members.set(name, "");
  } else {
    members.delete(name);
  }
  if (number !== undefined && note !== undefined && note.kind !== "text") {
    const numbers = { null: nullFields, absent: absentFields, empty: emptyFields }[note.kind];
    numbers.push(number);
  }
  if (members.size + nullFields.length + absentFields.length + emptyFields.length === 0) {
    return undefined;
  }
  // Unlike assignment, this makes a member of its own of any name, `__proto__` too.
  const init = { members: Object.fromEntries(members), nullFields, absentFields, emptyFields };
  return freezeDeep(Object.assign(create(JsonResidueSchema), init));
}
