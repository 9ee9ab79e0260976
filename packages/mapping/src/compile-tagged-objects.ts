import type { DescField } from "@bufbuild/protobuf";
import { checkOptions } from "./check-options.js";
import type { Compilation } from "./compilation.js";
import type { InlineArm, TaggedObjects } from "./model.js";
import { messageOptions, oneofShape } from "./options.js";

/**
 * Compiles the arms of a oneof whose payloads are objects that differ in the value of one member.
 *
 * @param place the term for such an arm in error messages
 */
export function compileTaggedObjects(
  compilation: Compilation,
  fields: readonly DescField[],
  tag: string,
  place: string,
): TaggedObjects {
  const arms: InlineArm[] = [];
  const armByConstant = new Map<string, InlineArm>();
  let adjacentArm: InlineArm | undefined;
  for (const field of fields) {
    const arm = compileArm(compilation, field, tag, place);
    if (arm === undefined) {
      continue;
    }
    arms.push(arm);
    if (arm.constant === undefined) {
      if (adjacentArm !== undefined) {
        compilation.report(field, "another arm is an adjacent union already");
      }
      adjacentArm = arm;
      continue;
    }
    if (armByConstant.has(arm.constant)) {
      compilation.report(field, `another arm has the constant "${arm.constant}"`);
    }
    armByConstant.set(arm.constant, arm);
  }
  return { tag, arms, armByConstant, adjacentArm };
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
  const constant = messageOptions(message).constants.find(({ name }) => name === tag)?.value;
  const adjacentTag = message.oneofs.map(oneofShape).find((shape) => shape.case === "adjacent")
    ?.value.tag;
  if (constant === undefined && adjacentTag === undefined) {
    compilation.report(
      field,
      `nothing tells this arm apart: its message needs a constant "${tag}" or an adjacent union`,
    );
    return undefined;
  }
  return { field, constant, adjacentTag, payload: compilation.reach(message) };
}
