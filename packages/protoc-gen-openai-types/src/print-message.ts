import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import type {
  ByKindMapping,
  InlineMapping,
  MessageMapping,
  ObjectMapping,
} from "@stepwire/mapping";
import { objectMembers } from "./members.js";
import { objectType } from "./object-type.js";
import { objectWithUnions } from "./object-with-unions.js";
import { jsonObject, jsonValue, messageReference, typeExpression } from "./type-expression.js";
import { namedArms } from "./type-names.js";
import { type Alternative, unionType } from "./union-type.js";

/** Prints the type of a message, and the types of the named arms of its union. */
export function printMessage(target: GeneratedFile, mapping: MessageMapping): void {
  target.print(target.jsDoc(mapping.desc));
  if (mapping.kind === "object" && mapping.unions.length === 0) {
    printInterface(target, mapping.schemaName, objectType(target, objectMembers(target, mapping)));
  } else {
    target.print(target.export("type", mapping.schemaName), " =", aliased(target, mapping), ";\n");
  }
  if (mapping.kind === "object") {
    printNamedArms(target, mapping);
  }
}

function printNamedArms(target: GeneratedFile, mapping: ObjectMapping): void {
  for (const arm of namedArms(mapping)) {
    target.print(target.jsDoc(arm.field));
    printInterface(target, arm.schemaName, objectType(target, objectMembers(target, mapping, arm)));
  }
}

function printInterface(target: GeneratedFile, name: string, type: Printable): void {
  target.print(target.export("interface", name), " ", type, "\n");
}

/** Returns the type of a message that is not an interface, with the space before it. */
function aliased(target: GeneratedFile, mapping: MessageMapping): Printable {
  switch (mapping.kind) {
    case "object":
      return objectWithUnions(target, mapping);
    case "array":
      return [" ", typeExpression(target, { kind: "list", element: mapping.element })];
    case "inline":
      return unionType(target, inlineAlternatives(target, mapping));
    case "byKind":
      return unionType(target, byKindAlternatives(target, mapping));
  }
}

function inlineAlternatives(target: GeneratedFile, mapping: InlineMapping): Alternative[] {
  const alternatives = mapping.arms.map(({ field, payload }) => ({
    described: field,
    type: messageReference(target, payload.message),
  }));
  return mapping.otherArm === undefined
    ? alternatives
    : [...alternatives, { described: mapping.otherArm, type: jsonObject(target) }];
}

function byKindAlternatives(target: GeneratedFile, mapping: ByKindMapping): Alternative[] {
  const alternatives = mapping.arms.map(({ field, value }) => ({
    described: field,
    type: typeExpression(target, value),
  }));
  return mapping.otherArm === undefined
    ? alternatives
    : [...alternatives, { described: mapping.otherArm, type: jsonValue(target) }];
}
