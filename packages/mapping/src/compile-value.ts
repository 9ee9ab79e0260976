import { type DescEnum, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import type { Compilation } from "./compilation.js";
import { JsonResidueSchema } from "./gen/stepwire/json/v1/json_pb.js";
import { integerMapping } from "./integers.js";
import type { EnumMapping, SingularMapping, ValueMapping } from "./model.js";
import { enumValueString, fieldOptions } from "./options.js";

/** The full name of the enum that represents null. */
export const NULL_VALUE = "google.protobuf.NullValue";

/** Compiles the JSON form of a field's value. */
export function compileValue(compilation: Compilation, field: DescField): ValueMapping {
  const verbatim = fieldOptions(field).verbatim;
  if (verbatim && field.scalar !== ScalarType.STRING) {
    compilation.report(field, "`verbatim` needs a string field");
  }
  switch (field.fieldKind) {
    case "scalar":
      return compileScalar(compilation, field, field.scalar, verbatim);
    case "enum":
      return compileEnum(compilation, field, field.enum);
    case "message":
      return compileMessage(compilation, field, field.message);
    case "list":
      return { kind: "list", element: compileElement(compilation, field, verbatim) };
    case "map":
      if (field.mapKey !== ScalarType.STRING) {
        compilation.report(field, "the key of a map must be a string, as member names are");
      }
      return { kind: "map", value: compileElement(compilation, field, verbatim) };
  }
}

function compileElement(
  compilation: Compilation,
  field: DescField & { fieldKind: "list" | "map" },
  verbatim: boolean,
): SingularMapping {
  if (field.message !== undefined) {
    return compileMessage(compilation, field, field.message);
  }
  if (field.enum !== undefined) {
    return compileEnum(compilation, field, field.enum);
  }
  return compileScalar(compilation, field, field.scalar, verbatim);
}

function compileMessage(
  compilation: Compilation,
  field: DescField,
  message: DescMessage,
): SingularMapping {
  if (message.typeName === "google.protobuf.Value") {
    return { kind: "any" };
  }
  if (message.typeName === JsonResidueSchema.typeName) {
    compilation.report(field, "the residue is one field, not a list, a map or an arm");
    return { kind: "any" };
  }
  if (message.typeName.startsWith("google.protobuf.")) {
    compilation.report(
      field,
      `${message.typeName} has no JSON form here; of the well-known types only google.protobuf.Value has`,
    );
    return { kind: "any" };
  }
  return compilation.reach(message);
}

function compileScalar(
  compilation: Compilation,
  field: DescField,
  scalar: ScalarType,
  verbatim: boolean,
): SingularMapping {
  switch (scalar) {
    case ScalarType.STRING:
      return verbatim ? { kind: "verbatim" } : { kind: "string" };
    case ScalarType.BOOL:
      return { kind: "boolean" };
    case ScalarType.DOUBLE:
      return { kind: "double" };
    case ScalarType.FLOAT:
      compilation.report(field, "a float loses digits of JSON numbers; use double");
      return { kind: "double" };
    case ScalarType.BYTES:
      return { kind: "bytes" };
    default:
      return integerMapping(scalar);
  }
}

const enumMappings = new WeakMap<DescEnum, EnumMapping>();

function compileEnum(compilation: Compilation, field: DescField, desc: DescEnum): EnumMapping {
  if (desc.typeName === NULL_VALUE) {
    compilation.report(
      field,
      `${NULL_VALUE} is only for an arm of a tagged union or of a union by kind`,
    );
  }
  const known = enumMappings.get(desc);
  if (known !== undefined) {
    return known;
  }
  const numberByString = new Map<string, number>();
  const stringByNumber = new Map<number, string>();
  let valid = true;
  for (const value of desc.values) {
    const string = enumValueString(value);
    const element = { name: value.name, parent: desc };
    const other = stringByNumber.get(value.number);
    if (string === "") {
      if (value.number !== 0 && other === undefined) {
        compilation.report(element, "needs the option (stepwire.json.v1.enum_value).value");
        valid = false;
      }
      continue;
    }
    if (numberByString.has(string)) {
      compilation.report(element, `"${string}" already stands for another value of this enum`);
      valid = false;
    }
    if (other !== undefined) {
      compilation.report(
        element,
        `"${string}" would come back as "${other}", which its number stands for already; give it a number of its own`,
      );
      valid = false;
    }
    numberByString.set(string, value.number);
    stringByNumber.set(value.number, string);
  }
  const mapping: EnumMapping = { kind: "enum", desc, numberByString, stringByNumber };
  if (valid) {
    enumMappings.set(desc, mapping);
  }
  return mapping;
}
