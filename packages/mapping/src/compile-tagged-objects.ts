import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { checkOptions } from "./check-options.js";
import type { Compilation } from "./compilation.js";
import { tagValueOf } from "./compile-union.js";
import { Presence } from "./gen/stepwire/json/v1/json_pb.js";
import type { InlineArm, TaggedObjects } from "./model.js";
import { enumValueString, fieldOptions, messageOptions, oneofShape } from "./options.js";
import { declaredPresence } from "./presence.js";

/** The members that tell the payloads of a oneof apart. */
interface Keys {
  /** The name of the member with a constant or an enum. */
  readonly tag: string;
  /** The name of the list for arms with the same tag value; empty if there is none. */
  readonly list: string;
}

/** The member of a message that selects its arm. */
interface TagOfMessage {
  /** The values that it can have: that of a constant, or all strings of an enum. */
  readonly values: readonly string[];
  readonly isRequired: boolean;
}

const NO_TAG: TagOfMessage = { values: [], isRequired: false };

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
  const armsByTagValue = new Map<string, InlineArm[]>();
  for (const arm of arms) {
    for (const value of arm.tagValues) {
      const others = armsByTagValue.get(value);
      others === undefined ? armsByTagValue.set(value, [arm]) : others.push(arm);
    }
  }
  const armByTagValue = new Map<string, InlineArm>();
  const armsByElement = new Map<string, ReadonlyMap<string, InlineArm>>();
  for (const [value, same] of armsByTagValue) {
    for (const [index, arm] of same.entries()) {
      if (index === 0) {
        armByTagValue.set(value, arm);
      } else if (list === "") {
        compilation.report(arm.field, `another arm has "${value}" as its "${tag}"`);
      }
    }
    if (list !== "" && same.length > 1) {
      armsByElement.set(value, compileLists(compilation, same, value, { tag, list }));
    }
  }
  return {
    tag,
    arms,
    armByTagValue,
    armWithoutTag: findArmWithoutTag(compilation, arms, tag),
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
  checkOptions(compilation, field, place, ["withoutTag"]);
  const { message } = field;
  if (message === undefined) {
    compilation.report(field, `${place} is a message`);
    return undefined;
  }
  const tagValues = tagOf(message, tag).values;
  const adjacentTag = adjacentUnionOf(message)?.tag;
  const isTold = tagValues.length > 0 || fieldOptions(field).withoutTag;
  if (!isTold && adjacentTag === undefined) {
    compilation.report(
      field,
      `nothing tells this arm apart: its message needs a constant or an enum "${tag}", or an adjacent union`,
    );
    return undefined;
  }
  return { field, tagValues, adjacentTag, payload: compilation.reach(message) };
}

/** Returns the arm for objects without the tag, which its message must allow. */
function findArmWithoutTag(
  compilation: Compilation,
  arms: readonly InlineArm[],
  tag: string,
): InlineArm | undefined {
  const [first, ...others] = arms.filter(({ field }) => fieldOptions(field).withoutTag);
  for (const { field } of others) {
    compilation.report(field, `the arm ${first?.field.name} takes objects without the tag already`);
  }
  if (first !== undefined && tagOf(first.payload.desc, tag).isRequired) {
    compilation.report(
      first.field,
      `takes objects without the tag, but "${tag}" is required in its message; make that optional`,
    );
  }
  return first;
}

/** Returns the member of a message that selects its arm; without values if there is none. */
function tagOf(message: DescMessage, name: string): TagOfMessage {
  const constant = messageOptions(message).constants.find((each) => each.name === name);
  if (constant !== undefined) {
    return { values: [constant.value], isRequired: constant.presence !== Presence.OPTIONAL };
  }
  const field = message.fields.find(
    (each) => each.oneof === undefined && (fieldOptions(each).name || each.name) === name,
  );
  if (field?.fieldKind !== "enum") {
    return NO_TAG;
  }
  const strings = field.enum.values.map(enumValueString).filter((string) => string !== "");
  return { values: [...new Set(strings)], isRequired: declaredPresence(field) === "required" };
}

/** Compiles arms with the same tag value: their lists differ in the tag of their elements. */
function compileLists(
  compilation: Compilation,
  arms: readonly InlineArm[],
  value: string,
  { tag, list }: Keys,
): ReadonlyMap<string, InlineArm> {
  const armByElement = new Map<string, InlineArm>();
  for (const arm of arms) {
    const { field } = arm;
    const elements = field.message?.fields.find(
      (member) => (fieldOptions(member).name || member.name) === list,
    );
    const elementValues =
      elements?.fieldKind === "list" && elements.message !== undefined
        ? tagOf(elements.message, tag).values
        : [];
    if (elementValues.length === 0) {
      compilation.report(
        field,
        `another arm has "${value}" as its "${tag}": its message needs a list "${list}" of messages with a constant or an enum "${tag}"`,
      );
    }
    for (const element of elementValues) {
      if (armByElement.has(element)) {
        compilation.report(
          field,
          `another arm has "${value}" as its "${tag}" and "${list}" of "${element}"`,
        );
      } else {
        armByElement.set(element, arm);
      }
    }
  }
  return armByElement;
}

function compileAdjacentArms(
  compilation: Compilation,
  arms: readonly InlineArm[],
): Pick<TaggedObjects, "adjacentArm" | "armByAdjacentTag"> {
  const adjacent = arms.filter(
    ({ tagValues, adjacentTag }) => tagValues.length === 0 && adjacentTag !== undefined,
  );
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
