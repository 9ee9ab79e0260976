import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import type { ArmMapping, ObjectMapping, OtherArm, UnionMapping } from "@stepwire/mapping";
import { armMembers, objectMembers, type TypeMember } from "./members.js";
import { objectType } from "./object-type.js";
import { typeReference } from "./type-expression.js";
import { type NamedArm, namedArms } from "./type-names.js";
import { ALTERNATIVE_INDENTATION, type Alternative, unionType } from "./union-type.js";

/** Returns the members of an object with one arm, or without an arm. */
type MembersOf = (arm?: ArmMapping | OtherArm) => TypeMember[];

/**
 * Prints the type of an object with unions, with the space before it. With one union, it is the union
 * of the object types for each arm. With several, it is the intersection of the object without
 * unions and a union of types for each of them.
 */
export function objectWithUnions(target: GeneratedFile, mapping: ObjectMapping): Printable {
  const [union, ...others] = mapping.unions;
  if (union !== undefined && others.length === 0) {
    const membersOf: MembersOf = (arm) => objectMembers(target, mapping, arm);
    return unionType(target, alternatives(target, union, membersOf, namedArms(mapping)));
  }
  const parts = mapping.unions.map((each) => {
    const membersOf: MembersOf = (arm) => (arm ? armMembers(target, each, arm) : []);
    return [" & (", unionType(target, alternatives(target, each, membersOf, [])), "\n)"];
  });
  return [" ", objectType(target, objectMembers(target, mapping)), ...parts];
}

function alternatives(
  target: GeneratedFile,
  union: UnionMapping,
  membersOf: MembersOf,
  named: readonly NamedArm[],
): Alternative[] {
  const inPlace = (arm?: ArmMapping | OtherArm): Alternative => ({
    described: arm?.field,
    type: objectType(target, membersOf(arm), ALTERNATIVE_INDENTATION),
  });
  return [
    ...union.arms.map((arm) => {
      const name = named.find((each) => each === arm)?.schemaName;
      return name === undefined
        ? inPlace(arm)
        : { type: typeReference(target, arm.field.parent.file, name) };
    }),
    ...(union.otherArm === undefined ? [] : [inPlace(union.otherArm)]),
    ...(needsAlternativeWithoutArm(union) ? [inPlace()] : []),
  ];
}

/** Returns whether an object without an arm is allowed but does not match the types of the arms. */
function needsAlternativeWithoutArm({ tagPresence, arms }: UnionMapping): boolean {
  return tagPresence === "optional" && arms.every(({ presence }) => presence !== "optional");
}
