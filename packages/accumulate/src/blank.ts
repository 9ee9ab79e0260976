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
 * A message of which nothing is known yet: as JSON, an object without members. It
 * stands where deltas left out an element, and is where a new one begins. Each
 * member that deltas then bring takes the place of a note that it is absent.
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
