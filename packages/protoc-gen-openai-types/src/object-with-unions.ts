import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import type { ArmMapping, ObjectMapping, OtherArm, UnionMapping } from "@stepwire/mapping";
import { armMembers, objectMembers, type TypeMember } from "./members.js";
import { objectType } from "./object-type.js";
import { typeReference } from "./type-expression.js";
import { type NamedArm, namedArms } from "./type-names.js";
import { ALTERNATIVE_INDENTATION, type Alternative, unionType } from "./union-type.js";

/** What the members are with a certain arm, or with none. */
type MembersOf = (arm?: ArmMapping | OtherArm) => TypeMember[];

/**
 * The type of an object with unions, with the space before it: the union of what
 * the object is with each arm or, where there are several unions, the object
 * without them and what each adds.
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

/** Whether an object without an arm is allowed, and fits none of the arms' types. */
function needsAlternativeWithoutArm({ tagPresence, arms }: UnionMapping): boolean {
  return tagPresence === "optional" && arms.every(({ presence }) => presence !== "optional");
}
