import { type DescField, type DescMessage, type DescOneof, ScalarType } from "@bufbuild/protobuf";
import { checkOptions } from "./check-options.js";
import type { Compilation } from "./compilation.js";
import type { InlineArm, InlineMapping } from "./model.js";
import { fieldOptions, messageOptions, oneofShape } from "./options.js";

/** Reads a message that is the payload of the set arm of its one oneof. */
export function compileInline(
  compilation: Compilation,
  desc: DescMessage,
  oneof: DescOneof,
): InlineMapping {
  const options = messageOptions(desc);
  const shape = oneofShape(oneof);
  const tag = shape.case === "inline" ? shape.value.tag : "";
  if (tag === "") {
    compilation.report(oneof, "the union needs a tag");
  }
  if (desc.members.length !== 1) {
    compilation.report(desc, "a message with an inline union has nothing but that oneof");
  }
  if (options.constants.length > 0) {
    compilation.report(desc, "an inline union has no members; remove its constants");
  }
  const arms: InlineArm[] = [];
  const armByConstant = new Map<string, InlineArm>();
  let adjacentArm: InlineArm | undefined;
  let otherArm: DescField | undefined;
  for (const field of oneof.fields) {
    if (fieldOptions(field).anyOther) {
      checkOtherArm(compilation, field, otherArm);
      otherArm = field;
      continue;
    }
    const arm = compileArm(compilation, field, tag);
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
  return {
    kind: "inline",
    desc,
    schemaName: options.schemaName || desc.name,
    oneof,
    tag,
    arms,
    armByConstant,
    adjacentArm,
    otherArm,
  };
}

function compileArm(
  compilation: Compilation,
  field: DescField,
  tag: string,
): InlineArm | undefined {
  checkOptions(compilation, field, "an arm of an inline union", []);
  const { message } = field;
  if (message === undefined) {
    compilation.report(field, "an arm of an inline union is a message");
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

function checkOtherArm(
  compilation: Compilation,
  field: DescField,
  previous: DescField | undefined,
): void {
  checkOptions(compilation, field, "an arm with `any_other`", ["anyOther", "verbatim"]);
  if (previous !== undefined) {
    compilation.report(field, "another arm has `any_other` already");
  }
  if (!fieldOptions(field).verbatim || field.scalar !== ScalarType.STRING) {
    compilation.report(field, "`any_other` of an inline union is a verbatim string");
  }
}
