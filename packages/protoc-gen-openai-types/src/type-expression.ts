import type { DescFile } from "@bufbuild/protobuf";
import type { GeneratedFile, Printable } from "@bufbuild/protoplugin";
import type { EnumMapping, MessageMapping, ValueMapping } from "@stepwire/mapping";
import { enumTypeName, generatedPath } from "./type-names.js";

/** Returns the TypeScript type of a value. */
export function typeExpression(target: GeneratedFile, value: ValueMapping): Printable {
  switch (value.kind) {
    case "string":
    case "boolean":
    case "null":
      return value.kind;
    case "bytes":
      return "string";
    case "integer":
    case "double":
      return "number";
    case "any":
    case "verbatim":
      return jsonValue(target);
    case "enum":
      return enumReference(target, value);
    case "message":
      return messageReference(target, value.message);
    case "list":
      return [typeExpression(target, value.element), "[]"];
    case "map":
      return ["{ [key: string]: ", typeExpression(target, value.value), " }"];
  }
}

/** Returns the type of any JSON value. */
export function jsonValue(target: GeneratedFile): Printable {
  return target.import("JsonValue", "@bufbuild/protobuf", true);
}

/** Returns the type of any JSON object. */
export function jsonObject(target: GeneratedFile): Printable {
  return target.import("JsonObject", "@bufbuild/protobuf", true);
}

/** Returns the name of a message's type, and imports it if it is in another file. */
export function messageReference(target: GeneratedFile, mapping: MessageMapping): Printable {
  return typeReference(target, mapping.desc.file, mapping.schemaName);
}

function enumReference(target: GeneratedFile, mapping: EnumMapping): Printable {
  return typeReference(target, mapping.desc.file, enumTypeName(mapping));
}

/** Returns the name of a type of the given proto file, and imports it if that is another file. */
export function typeReference(target: GeneratedFile, file: DescFile, name: string): Printable {
  return target.import(name, `./${generatedPath(file)}.js`, true);
}
