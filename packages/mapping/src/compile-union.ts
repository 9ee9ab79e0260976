import { type DescField, type DescOneof, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { checkOptions } from "./check-options.js";
import type { Compilation } from "./compilation.js";
import { compileValue, NULL_VALUE } from "./compile-value.js";
import type { ArmMapping, OtherArm, UnionMapping } from "./model.js";
import { fieldOptions, oneofShape } from "./options.js";
import { ONLY_COLLECTIONS, toMemberPresence } from "./presence.js";

/**
 * Compiles a tagged or adjacent union. Reports a mistake and returns undefined if the oneof is
 * neither.
 */
export function compileUnion(compilation: Compilation, oneof: DescOneof): UnionMapping | undefined {
  const shape = oneofShape(oneof);
  if (shape.case !== "tagged" && shape.case !== "adjacent") {
    compilation.report(
      oneof,
      "needs the option (stepwire.json.v1.oneof), to say how it looks as JSON",
    );
    return undefined;
  }
  const { tag } = shape.value;
  const content = shape.case === "adjacent" ? shape.value.content : undefined;
  if (tag === "") {
    compilation.report(oneof, "the union needs a tag");
  }
  if (content === "") {
    compilation.report(oneof, "the adjacent union needs a content");
  }
  const arms: ArmMapping[] = [];
  const armByTag = new Map<string, ArmMapping>();
  let otherArm: OtherArm | undefined;
  for (const field of oneof.fields) {
    if (fieldOptions(field).anyOther) {
      if (content === undefined || otherArm !== undefined) {
        compilation.report(field, "`any_other` is for one arm of an adjacent or inline union");
        continue;
      }
      otherArm = compileOtherArm(compilation, field, tag, content);
      continue;
    }
    const arm = compileArm(compilation, field, content);
    checkArm(compilation, arm, arms, content);
    arms.push(arm);
    armByTag.set(arm.tagValue, arm);
  }
  const tagPresence =
    shape.case === "tagged" ? toMemberPresence(shape.value.tagPresence) : "required";
  if (tagPresence === "nullable" || tagPresence === "empty") {
    compilation.report(oneof, "`tag_presence` is PRESENCE_REQUIRED or PRESENCE_OPTIONAL");
  }
  return {
    shape: shape.case,
    oneof,
    tag,
    tagPresence: tagPresence === "optional" ? "optional" : "required",
    content,
    arms,
    armByTag,
    otherArm,
  };
}

/** Reports an arm that does not fit the arms before it. */
function checkArm(
  compilation: Compilation,
  arm: ArmMapping,
  others: readonly ArmMapping[],
  content: string | undefined,
): void {
  if (others.some(({ tagValue }) => tagValue === arm.tagValue)) {
    compilation.report(arm.field, `another arm has the tag "${arm.tagValue}"`);
  }
  if (content === undefined && others.some((other) => isOtherType(other, arm))) {
    compilation.report(
      arm.field,
      `another arm has the member "${arm.name}" for a payload of another type or presence`,
    );
  }
}

/** Returns whether two arms have the same member, but payloads of different types or presence. */
function isOtherType(one: ArmMapping, other: ArmMapping): boolean {
  return (
    one.name !== undefined &&
    one.name === other.name &&
    (one.presence !== other.presence ||
      one.value.kind !== other.value.kind ||
      one.field.message !== other.field.message ||
      one.field.enum !== other.field.enum ||
      one.field.scalar !== other.field.scalar)
  );
}

/** Returns the value of the union's tag that selects an arm. */
export function tagValueOf(field: DescField): string {
  const { emptyTag, tagValue, name } = fieldOptions(field);
  return emptyTag ? "" : tagValue || name || field.name;
}

function compileArm(
  compilation: Compilation,
  field: DescField,
  content: string | undefined,
): ArmMapping {
  const options = fieldOptions(field);
  const name = options.name || field.name;
  if (content !== undefined) {
    // Its payload is in the member that the union's `content` names.
    checkOptions(compilation, field, "an arm of an adjacent union", [
      "presence",
      "tagValue",
      "emptyTag",
      "verbatim",
      "schemaName",
    ]);
  }
  if (options.emptyTag && options.tagValue !== "") {
    compilation.report(field, "`empty_tag` stands in place of `tag_value`; remove one of them");
  }
  const arm = {
    field,
    tagValue: tagValueOf(field),
    schemaName: options.schemaName || undefined,
  };
  if (content === undefined && field.enum?.typeName === NULL_VALUE) {
    checkOptions(compilation, field, "an arm without a payload", [
      "tagValue",
      "emptyTag",
      "schemaName",
    ]);
    return { ...arm, name: undefined, presence: "optional", value: { kind: "null" } };
  }
  const presence = toMemberPresence(options.presence) ?? "required";
  if (presence === "empty") {
    compilation.report(field, ONLY_COLLECTIONS);
  }
  return {
    ...arm,
    name: content ?? name,
    presence,
    value: compileValue(compilation, field),
  };
}

function compileOtherArm(
  compilation: Compilation,
  field: DescField,
  tag: string,
  content: string,
): OtherArm | undefined {
  checkOptions(compilation, field, "an arm with `any_other`", ["anyOther"]);
  const fields = field.message?.fields ?? [];
  const tagField = fields.find((candidate) => candidate.name === tag);
  const contentField = fields.find((candidate) => candidate.name === content);
  if (
    fields.length !== 2 ||
    tagField?.fieldKind !== "scalar" ||
    tagField.scalar !== ScalarType.STRING ||
    contentField === undefined ||
    !fieldOptions(contentField).verbatim ||
    contentField.presence === FeatureSet_FieldPresence.IMPLICIT
  ) {
    compilation.report(
      field,
      `\`any_other\` needs a message with the fields \`string ${tag}\` and \`optional string ${content}\`, the latter verbatim`,
    );
    return undefined;
  }
  return field.message && { field, message: field.message, tagField, contentField };
}
