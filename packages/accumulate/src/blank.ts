import { create, type DescMessage } from "@bufbuild/protobuf";
import {
  type Fields,
  fieldsOf,
  getMessageMapping,
  JsonResidueSchema,
  type ObjectMapping,
} from "@stepwire/mapping";
import { freezeDeep } from "./fields.js";

const cache = new WeakMap<DescMessage, Fields>();

/**
 * Returns a message without content; as JSON, an object without members. It is the start of a new
 * element and the placeholder for elements that deltas have skipped. Its residue says that all
 * members are absent; each member that a delta sets replaces that note.
 */
export function blankMessage(desc: DescMessage): Fields {
  let blank = cache.get(desc);
  if (blank === undefined) {
    blank = fieldsOf(create(desc));
    const mapping = getMessageMapping(desc);
    if (mapping.kind === "object") {
      noteAllAbsent(blank, mapping);
    }
    cache.set(desc, freezeDeep(blank));
  }
  return blank;
}

function noteAllAbsent(blank: Fields, mapping: ObjectMapping): void {
  const names: string[] = [];
  const absentFields: number[] = [];
  for (const member of mapping.members) {
    if (member.kind === "field" && member.presence !== "optional") {
      absentFields.push(member.field.number);
    } else if (
      member.kind === "constant" ||
      (member.kind === "tag" && member.union.tagPresence === "required")
    ) {
      names.push(member.name);
    }
  }
  if (names.length + absentFields.length > 0) {
    const members = Object.fromEntries(names.map((name) => [name, ""]));
    blank[mapping.residue.localName] = create(JsonResidueSchema, { members, absentFields });
  }
}
