import { clone, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { pointerTo } from "@stepwire/json";
import type { JsonResidue, ObjectMapping } from "@stepwire/mapping";
import { documentMapping } from "./document.js";
import { visitObjects } from "./visit.js";

/** Something that a JSON object has beyond its message and the canonical form. */
export interface ResidueEntry {
  /** The place of the member, as a JSON Pointer (RFC 6901). */
  readonly pointer: string;
  /** The full proto name of the message that carries it. */
  readonly path: string;
  /**
   * `member`: kept as text. `absent_member`: a constant or tag that is absent.
   * `null`, `absent`, `empty`: the member is null, absent, or `[]` or `{}`, where
   * the canonical form differs.
   */
  readonly kind: "member" | "absent_member" | "null" | "absent" | "empty";
  /** The JSON text of a `member`. */
  readonly text?: string;
}

/** Lists what a message carries beyond the schema, objects within it included. */
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

/** A copy of a message without what it carries beyond the schema. */
export function stripResidue<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
): MessageShape<Desc> {
  const copy = clone(schema, message);
  visitObjects(documentMapping(schema), copy, (mapping, fields) => {
    delete fields[mapping.residue.localName];
  });
  return copy;
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
      const arms = member.arm === undefined ? member.union.arms : [member.arm];
      for (const { field } of arms) {
        names.set(field.number, member.name);
      }
    }
  }
  return names;
}
