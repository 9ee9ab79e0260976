import type { DescField } from "@bufbuild/protobuf";
import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import type {
  ArmMapping,
  MemberMapping,
  MemberPresence,
  ObjectMapping,
  OtherArm,
  UnionMapping,
  ValueMapping,
} from "@stepwire/mapping";
import { jsonValue, typeExpression } from "./type-expression.js";

/** A member of an object type. */
export interface TypeMember {
  readonly name: string;
  /** The field whose comment describes the member, if there is one. */
  readonly described: DescField | undefined;
  readonly optional: boolean;
  readonly type: Printable;
}

/** Returns the members of an object, with those of one arm in place of its union. */
export function objectMembers(
  target: GeneratedFile,
  mapping: ObjectMapping,
  arm?: ArmMapping | OtherArm,
): TypeMember[] {
  return mapping.members.flatMap((member) => typeMembers(target, member, arm));
}

function typeMembers(
  target: GeneratedFile,
  member: MemberMapping,
  arm: ArmMapping | OtherArm | undefined,
): TypeMember[] {
  switch (member.kind) {
    case "field": {
      const { name, field, presence, value } = member;
      return [{ name, described: field, ...presentType(target, presence, value) }];
    }
    case "constant":
      return [
        {
          ...literalMember(target, member.name, member.value),
          optional: member.presence === "optional",
        },
      ];
    case "tag":
      return arm === undefined ? [] : armMembers(target, member.union, arm);
    case "payload":
      return [];
  }
}

/** Returns the tag and payload of a union for one arm. */
export function armMembers(
  target: GeneratedFile,
  union: UnionMapping,
  arm: ArmMapping | OtherArm,
): TypeMember[] {
  if ("tagField" in arm) {
    return [
      { name: arm.tagField.name, described: undefined, optional: false, type: "string" },
      {
        name: arm.contentField.name,
        described: undefined,
        optional: true,
        type: jsonValue(target),
      },
    ];
  }
  const { name, presence, value } = arm;
  return [
    {
      ...literalMember(target, union.tag, arm.tagValue),
      optional: union.tagPresence === "optional",
    },
    ...(name === undefined
      ? []
      : [{ name, described: undefined, ...presentType(target, presence, value) }]),
  ];
}

function literalMember(target: GeneratedFile, name: string, value: string): TypeMember {
  return { name, described: undefined, optional: false, type: target.string(value) };
}

/** Returns the type of a member in the canonical form. */
function presentType(
  target: GeneratedFile,
  presence: MemberPresence,
  value: ValueMapping,
): Pick<TypeMember, "optional" | "type"> {
  const type = typeExpression(target, value);
  const holdsNull = value.kind === "any" || value.kind === "verbatim";
  const mayBeNull = presence === "nullable" || presence === "empty";
  return {
    optional: presence === "optional",
    type: mayBeNull && !holdsNull ? [type, " | null"] : type,
  };
}
