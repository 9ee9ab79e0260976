import { clone, create, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { pointerTo } from "@stepwire/json";
import {
  type Fields,
  type JsonResidue,
  JsonResidueSchema,
  type ObjectMapping,
  oneofOf,
} from "@stepwire/mapping";
import { documentMapping } from "./document.js";
import { isEmpty } from "./field-value.js";
import { visitObjects } from "./visit.js";
import { hasZeroForm } from "./zero-form.js";

/** A difference between a JSON object and the canonical form of its message. */
export interface ResidueEntry {
  /** The place of the member, as a JSON Pointer (RFC 6901). */
  readonly pointer: string;
  /** The full proto name of the message whose residue stores it. */
  readonly path: string;
  /**
   * `member`: a member that is kept as text. `absent_member`: a constant or tag that is absent. `null`,
   * `absent`, `empty`: a member that is null, absent, or `[]` or `{}`, unlike in the canonical form.
   */
  readonly kind: "member" | "absent_member" | "null" | "absent" | "empty";
  /** The JSON text of a `member`. */
  readonly text?: string;
}

/** Returns the contents of all residues of a message, including the objects in it. */
export function inspectResidue<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
): readonly ResidueEntry[] {
  const entries: ResidueEntry[] = [];
  visitObjects(documentMapping(schema), message, (mapping, fields, pointer) => {
    // The mapping found this field by its message type.
    const residue = fields[mapping.residue.localName] as JsonResidue | undefined;
    if (residue !== undefined) {
      describeResidue(mapping, residue, pointer, entries);
    }
  });
  return entries;
}

/**
 * Returns a copy of a message without what it carries beyond the schema. The copy has the canonical
 * form of its typed fields.
 *
 * A note remains where the schema allows a payload to be null or absent, and the empty payload of
 * the set arm has no JSON form: a `google.protobuf.Value`, JSON text, a union by kind.
 */
export function stripResidue<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
): MessageShape<Desc> {
  const copy = clone(schema, message);
  visitObjects(documentMapping(schema), copy, (mapping, fields) => {
    // The mapping found this field by its message type.
    const residue = fields[mapping.residue.localName] as JsonResidue | undefined;
    delete fields[mapping.residue.localName];
    const needed = residue === undefined ? [] : neededFields(mapping, fields);
    const nullFields = needed.filter((number) => residue?.nullFields.includes(number));
    const absentFields = needed.filter((number) => residue?.absentFields.includes(number));
    if (nullFields.length + absentFields.length > 0) {
      const notes = create(JsonResidueSchema, { nullFields, absentFields });
      fields[mapping.residue.localName] = notes;
    }
  });
  return copy;
}

/** Returns the numbers of set arms that have no JSON form unless the residue says null or absent. */
function neededFields({ unions }: ObjectMapping, fields: Fields): number[] {
  return unions.flatMap(({ oneof, arms }) => {
    const { case: set, value } = oneofOf(fields, oneof);
    const arm = arms.find(({ field }) => field.localName === set);
    const isNeeded =
      arm !== undefined &&
      arm.presence !== "required" &&
      isEmpty(arm.value, value) &&
      !hasZeroForm(arm.value);
    return isNeeded ? [arm.field.number] : [];
  });
}

function describeResidue(
  mapping: ObjectMapping,
  residue: JsonResidue,
  pointer: string,
  entries: ResidueEntry[],
): void {
  const names = namesByNumber(mapping);
  const path = mapping.desc.typeName;
  for (const [name, text] of Object.entries(residue.members)) {
    const place = { pointer: pointerTo(pointer, name), path };
    entries.push(
      text === "" ? { ...place, kind: "absent_member" } : { ...place, kind: "member", text },
    );
  }
  const describeFields = (numbers: readonly number[], kind: ResidueEntry["kind"]): void => {
    for (const number of numbers) {
      const name = names.get(number) ?? `field ${number}`;
      entries.push({ pointer: pointerTo(pointer, name), path, kind });
    }
  };
  describeFields(residue.nullFields, "null");
  describeFields(residue.absentFields, "absent");
  describeFields(residue.emptyFields, "empty");
}

const namesByMapping = new WeakMap<ObjectMapping, ReadonlyMap<number, string>>();

function namesByNumber(mapping: ObjectMapping): ReadonlyMap<number, string> {
  let names = namesByMapping.get(mapping);
  if (names === undefined) {
    names = collectNames(mapping);
    namesByMapping.set(mapping, names);
  }
  return names;
}

function collectNames({ members }: ObjectMapping): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const member of members) {
    if (member.kind === "field") {
      names.set(member.field.number, member.name);
    } else if (member.kind === "payload") {
      for (const { field } of member.arms) {
        names.set(field.number, member.name);
      }
    }
  }
  return names;
}
