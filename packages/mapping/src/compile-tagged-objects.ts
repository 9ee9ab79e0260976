import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { checkOptions } from "./check-options.js";
import type { Compilation } from "./compilation.js";
import { tagValueOf } from "./compile-union.js";
import type { InlineArm, TaggedObjects } from "./model.js";
import { fieldOptions, messageOptions, oneofShape } from "./options.js";

/** The members that tell the payloads of a oneof apart. */
interface Keys {
  /** The name of the member with a constant. */
  readonly tag: string;
  /** The name of the list for arms with the same constant; empty if there is none. */
  readonly list: string;
}

/**
 * Compiles the arms of a oneof whose payloads are objects that differ in the value of one member.
 *
 * @param place the term for such an arm in error messages
 */
export function compileTaggedObjects(
  compilation: Compilation,
  fields: readonly DescField[],
  { tag, list }: Keys,
  place: string,
): TaggedObjects {
  const arms = fields.flatMap((field) => compileArm(compilation, field, tag, place) ?? []);
  const constants = new Map<string, InlineArm[]>();
  for (const arm of arms) {
    if (arm.constant !== undefined) {
      const others = constants.get(arm.constant);
      others === undefined ? constants.set(arm.constant, [arm]) : others.push(arm);
    }
  }
  const armByConstant = new Map<string, InlineArm>();
  const armsByElement = new Map<string, ReadonlyMap<string, InlineArm>>();
  for (const [constant, same] of constants) {
    for (const [index, arm] of same.entries()) {
      if (index === 0) {
        armByConstant.set(constant, arm);
      } else if (list === "") {
        compilation.report(arm.field, `another arm has the constant "${constant}"`);
      }
    }
    if (list !== "" && same.length > 1) {
      armsByElement.set(constant, compileLists(compilation, same, { tag, list }));
    }
  }
  return {
    tag,
    arms,
    armByConstant,
    list: armsByElement.size > 0 ? list : undefined,
    armsByElement,
    ...compileAdjacentArms(compilation, arms),
  };
}

function compileArm(
  compilation: Compilation,
  field: DescField,
  tag: string,
  place: string,
): InlineArm | undefined {
  checkOptions(compilation, field, place, []);
  const { message } = field;
  if (message === undefined) {
    compilation.report(field, `${place} is a message`);
    return undefined;
  }
  const constant = constantOf(message, tag);
  const adjacentTag = adjacentUnionOf(message)?.tag;
  if (constant === undefined && adjacentTag === undefined) {
    compilation.report(
      field,
      `nothing tells this arm apart: its message needs a constant "${tag}" or an adjacent union`,
    );
    return undefined;
  }
  return { field, constant, adjacentTag, payload: compilation.reach(message) };
}

function constantOf(message: DescMessage, name: string): string | undefined {
  return messageOptions(message).constants.find((constant) => constant.name === name)?.value;
}

/** Compiles arms with the same constant: their lists differ in the constant of their elements. */
function compileLists(
  compilation: Compilation,
  arms: readonly InlineArm[],
  { tag, list }: Keys,
): ReadonlyMap<string, InlineArm> {
  const armByElement = new Map<string, InlineArm>();
  for (const arm of arms) {
    const { field, constant } = arm;
    const elements = field.message?.fields.find(
      (member) => (fieldOptions(member).name || member.name) === list,
    );
    const element =
      elements?.fieldKind === "list" && elements.message !== undefined
        ? constantOf(elements.message, tag)
        : undefined;
    if (element === undefined) {
      compilation.report(
        field,
        `another arm has the constant "${constant}": its message needs a list "${list}" of messages with a constant "${tag}"`,
      );
      continue;
    }
    if (armByElement.has(element)) {
      compilation.report(
        field,
        `another arm has the constant "${constant}" and "${list}" of "${element}"`,
      );
      continue;
    }
    armByElement.set(element, arm);
  }
  return armByElement;
}

function compileAdjacentArms(
  compilation: Compilation,
  arms: readonly InlineArm[],
): Pick<TaggedObjects, "adjacentArm" | "armByAdjacentTag"> {
  const adjacent = arms.filter(({ constant }) => constant === undefined);
  const [first, ...others] = adjacent;
  const armByAdjacentTag = new Map<string, InlineArm>();
  if (first === undefined || others.length === 0) {
    return { adjacentArm: first, armByAdjacentTag };
  }
  for (const { field, adjacentTag } of others) {
    if (adjacentTag !== first.adjacentTag) {
      compilation.report(
        field,
        `the arm ${first.field.name} is an adjacent union with the tag "${first.adjacentTag}"; this one needs the same tag`,
      );
    }
  }
  let otherArm: InlineArm | undefined;
  for (const arm of adjacent) {
    let isSelected = false;
    for (const field of adjacentUnionOf(arm.payload.desc)?.oneof.fields ?? []) {
      if (fieldOptions(field).anyOther) {
        isSelected ||= otherArm === undefined;
        otherArm ??= arm;
      } else if (!armByAdjacentTag.has(tagValueOf(field))) {
        isSelected = true;
        armByAdjacentTag.set(tagValueOf(field), arm);
      }
    }
    if (!isSelected) {
      compilation.report(arm.field, "arms before this one know all tags of its adjacent union");
    }
  }
  return { adjacentArm: otherArm ?? first, armByAdjacentTag };
}

/** Returns the first adjacent union of a message, and the name of its tag. */
function adjacentUnionOf(message: DescMessage): { oneof: DescOneof; tag: string } | undefined {
  for (const oneof of message.oneofs) {
    const shape = oneofShape(oneof);
    if (shape.case === "adjacent") {
      return { oneof, tag: shape.value.tag };
    }
  }
  return undefined;
}
