import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { checkOptions } from "./check-options.js";
import type { Compilation } from "./compilation.js";
import { compileUnion } from "./compile-union.js";
import { compileValue } from "./compile-value.js";
import { JsonResidueSchema, Presence } from "./gen/stepwire/json/v1/json_pb.js";
import type {
  ArmMapping,
  FieldMember,
  MemberMapping,
  ObjectMapping,
  UnionMapping,
} from "./model.js";
import { fieldOptions, messageOptions } from "./options.js";
import { fieldPresence } from "./presence.js";

/** Compiles a message that is a JSON object. */
export function compileObject(compilation: Compilation, desc: DescMessage): ObjectMapping {
  const options = messageOptions(desc);
  const members: MemberMapping[] = [];
  const unions: UnionMapping[] = [];
  for (const member of desc.members) {
    if (member.kind === "oneof") {
      const union = compileUnion(compilation, member);
      if (union !== undefined) {
        unions.push(union);
        for (const each of unionMembers(union)) {
          members.push(each);
        }
      }
    } else if (!isResidue(member)) {
      members.push(compileField(compilation, member));
    }
  }
  insertConstants(compilation, desc, members);
  const memberByName = new Map<string, MemberMapping>();
  for (const member of members) {
    if (memberByName.has(member.name)) {
      compilation.report(desc, `two members have the name "${member.name}"`);
    }
    memberByName.set(member.name, member);
  }
  return {
    kind: "object",
    desc,
    schemaName: options.schemaName || desc.name,
    members,
    memberByName,
    unions,
    residue: findResidue(compilation, desc),
  };
}

/** Inserts the constants of a message at the places where the canonical form writes them. */
function insertConstants(
  compilation: Compilation,
  desc: DescMessage,
  members: MemberMapping[],
): void {
  for (const { name, value, after, presence } of messageOptions(desc).constants) {
    const predecessor = members.findIndex((member) => member.name === after);
    if (name === "") {
      compilation.report(desc, "a constant needs a name");
    }
    if (after !== "" && predecessor === -1) {
      compilation.report(
        desc,
        `the constant "${name}" stands after "${after}", which is no member`,
      );
    }
    if (presence === Presence.NULLABLE || presence === Presence.EMPTY) {
      compilation.report(
        desc,
        `the constant "${name}" has a string, never null or a list: PRESENCE_REQUIRED or PRESENCE_OPTIONAL`,
      );
    }
    members.splice(predecessor + 1, 0, {
      kind: "constant",
      name,
      value,
      presence: presence === Presence.OPTIONAL ? "optional" : "required",
    });
  }
}

function compileField(compilation: Compilation, field: DescField): FieldMember {
  checkOptions(compilation, field, "a field that is no arm of a oneof", [
    "presence",
    "name",
    "verbatim",
  ]);
  return {
    kind: "field",
    name: fieldOptions(field).name || field.name,
    field,
    presence: fieldPresence(compilation, field),
    value: compileValue(compilation, field),
  };
}

function unionMembers(union: UnionMapping): MemberMapping[] {
  const tag: MemberMapping = { kind: "tag", name: union.tag, union };
  if (union.content !== undefined) {
    return [tag, { kind: "payload", name: union.content, union, arms: union.arms }];
  }
  const armsByName = new Map<string, ArmMapping[]>();
  for (const arm of union.arms) {
    if (arm.name !== undefined) {
      const others = armsByName.get(arm.name) ?? [];
      armsByName.set(arm.name, [...others, arm]);
    }
  }
  return [
    tag,
    ...[...armsByName].map(([name, arms]) => ({ kind: "payload", name, union, arms }) as const),
  ];
}

function findResidue(compilation: Compilation, desc: DescMessage): DescField {
  const [residue, ...others] = desc.fields.filter(isResidue);
  if (residue !== undefined) {
    checkOptions(compilation, residue, "the field of the residue", []);
  }
  for (const other of others) {
    compilation.report(other, "another field holds the residue already");
  }
  if (residue === undefined) {
    compilation.report(
      desc,
      `needs a field \`${JsonResidueSchema.typeName} json_residue = 2047;\`, else what a document has beyond the schema would be lost`,
    );
  }
  // If the field is missing, that was reported above, and the placeholder is never used.
  return residue as DescField;
}

function isResidue(field: DescField): boolean {
  return (
    field.fieldKind === "message" &&
    field.oneof === undefined &&
    field.message.typeName === JsonResidueSchema.typeName
  );
}
