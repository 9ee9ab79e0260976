import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { checkOptions } from "./check-options.js";
import type { Compilation } from "./compilation.js";
import { compileTaggedObjects } from "./compile-tagged-objects.js";
import { compileValue, NULL_VALUE } from "./compile-value.js";
import { checkVerbatimArm } from "./compile-verbatim-arm.js";
import type { ByKindMapping, EnumArm, JsonKind, KindArm, SingularMapping } from "./model.js";
import { fieldOptions, messageOptions, oneofShape } from "./options.js";

const ARM = "an arm of a union by kind";

/**
 * Compiles a union by kind: the JSON type of the payload selects the arm of the message's one
 * oneof.
 */
export function compileByKind(
  compilation: Compilation,
  desc: DescMessage,
  oneof: DescOneof,
): ByKindMapping {
  const options = messageOptions(desc);
  if (desc.members.length !== 1) {
    compilation.report(desc, "a message with a union by kind has nothing but that oneof");
  }
  if (options.constants.length > 0) {
    compilation.report(desc, "a union by kind has no members; remove its constants");
  }
  return {
    kind: "byKind",
    desc,
    schemaName: options.schemaName || desc.name,
    oneof,
    ...compileArms(compilation, oneof),
  };
}

type Arms = Pick<ByKindMapping, "arms" | "armByKind" | "enumArm" | "taggedObjects" | "otherArm">;

function compileArms(compilation: Compilation, oneof: DescOneof): Arms {
  const shape = oneofShape(oneof);
  const tag = shape.case === "kind" ? shape.value.tag : "";
  const arms: KindArm[] = [];
  const armByKind = new Map<JsonKind, KindArm>();
  const tagged: DescField[] = [];
  let enumArm: EnumArm | undefined;
  let otherArm: DescField | undefined;
  for (const field of oneof.fields) {
    if (fieldOptions(field).anyOther) {
      checkVerbatimArm(compilation, field, otherArm, "a union by kind");
      otherArm = field;
      continue;
    }
    const arm = compileArm(compilation, field, tag !== "");
    if (arm === undefined) {
      continue;
    }
    arms.push(arm);
    if (arm.jsonKind === "object" && tag !== "") {
      tagged.push(field);
    } else if (arm.value.kind === "enum") {
      reportSecond(compilation, field, enumArm, "strings of an enum");
      enumArm = { ...arm, value: arm.value };
    } else {
      reportSecond(compilation, field, armByKind.get(arm.jsonKind), PLURAL[arm.jsonKind]);
      armByKind.set(arm.jsonKind, arm);
    }
  }
  if (tag !== "" && tagged.length === 0) {
    compilation.report(oneof, "`tag` tells arms for objects apart, and there is none");
  }
  const taggedObjects =
    tag === "" ? undefined : compileTaggedObjects(compilation, tagged, { tag, list: "" }, ARM);
  return { arms, armByKind, enumArm, taggedObjects, otherArm };
}

const PLURAL: Readonly<Record<JsonKind, string>> = {
  string: "strings",
  number: "numbers",
  boolean: "booleans",
  array: "arrays",
  object: "objects",
  null: "null",
};

function reportSecond(
  compilation: Compilation,
  field: DescField,
  first: KindArm | undefined,
  what: string,
): void {
  if (first !== undefined) {
    const remedy = first.jsonKind === "object" ? "; set the union's `tag` to tell them apart" : "";
    compilation.report(field, `the arm ${first.field.name} takes ${what} already${remedy}`);
  }
}

function compileArm(
  compilation: Compilation,
  field: DescField,
  hasTag: boolean,
): KindArm | undefined {
  const isTagged = hasTag && field.message !== undefined && !messageOptions(field.message).array;
  if (!isTagged) {
    checkOptions(compilation, field, ARM, []);
  }
  if (field.enum?.typeName === NULL_VALUE) {
    return { field, jsonKind: "null", value: { kind: "null" } };
  }
  if (field.message !== undefined && isByKind(field.message)) {
    compilation.report(field, "the message is a union by kind itself; move its arms here");
    return undefined;
  }
  const value = compileValue(compilation, field);
  if (value.kind === "list" || value.kind === "map") {
    // A union by kind has no arms for lists or maps, because a oneof cannot contain them.
    return undefined;
  }
  const jsonKind = kindOf(value);
  if (jsonKind === undefined) {
    compilation.report(field, `${ARM} takes one JSON type; for any value, use \`any_other\``);
    return undefined;
  }
  return { field, jsonKind, value };
}

/** Returns the JSON type of a value; undefined if it can have any type. */
function kindOf(value: SingularMapping): JsonKind | undefined {
  switch (value.kind) {
    case "string":
    case "bytes":
    case "enum":
      return "string";
    case "double":
    case "integer":
      return "number";
    case "boolean":
    case "null":
      return value.kind;
    case "message":
      return messageOptions(value.desc).array ? "array" : "object";
    case "any":
    case "verbatim":
      return undefined;
  }
}

/** Returns whether a message is a union by kind. */
function isByKind(desc: DescMessage): boolean {
  return desc.oneofs.some((oneof) => oneofShape(oneof).case === "kind");
}
