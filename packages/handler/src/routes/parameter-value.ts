import type { DescField } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type { EnumMapping, IntegerMapping, ParameterMapping } from "@stepwire/mapping";

/** Matches integers in their canonical decimal spelling. */
const INTEGER = /^(0|-?[1-9]\d{0,19})$/;

/**
 * Returns the field value for the text of a query parameter. Returns undefined if the field cannot
 * hold the text exactly, so that printing the value would give another text or none.
 */
export function parseParameter({ field, value }: ParameterMapping, text: string): unknown {
  const parsed = parse(field, value, text);
  return isLost(field, parsed) ? undefined : parsed;
}

function parse(field: DescField, value: ParameterMapping["value"], text: string): unknown {
  switch (value.kind) {
    case "list":
    case "string":
      return text;
    case "boolean":
      return text === "true" || (text === "false" ? false : undefined);
    case "integer":
      return parseInteger(field, value, text);
    case "double":
      return String(Number(text)) === text && Number.isFinite(Number(text))
        ? Number(text)
        : undefined;
    case "enum":
      return value.numberByString.get(text);
  }
}

function parseInteger(
  field: DescField,
  { type, minimum, maximum }: IntegerMapping,
  text: string,
): unknown {
  if (!INTEGER.test(text)) {
    return undefined;
  }
  const integer = BigInt(text);
  if (integer < minimum || integer > maximum) {
    return undefined;
  }
  if (!type.endsWith("64")) {
    return Number(integer);
  }
  return field.fieldKind === "scalar" && field.longAsString ? text : integer;
}

/** Returns whether a value would be lost because its field cannot distinguish zero from unset. */
function isLost(field: DescField, value: unknown): boolean {
  const isImplicit =
    (field.fieldKind === "scalar" || field.fieldKind === "enum") &&
    field.presence === FeatureSet_FieldPresence.IMPLICIT;
  return isImplicit && [0, 0n, "0", "", false].some((zero) => zero === value);
}

/** Returns the texts of a query parameter for the value of its field. */
export function formatParameter({ value }: ParameterMapping, held: unknown): string[] {
  switch (value.kind) {
    case "list":
      return Array.isArray(held) ? held.map(String) : [];
    case "enum":
      return formatEnum(value, held);
    default:
      return [String(held)];
  }
}

/** Returns undefined for a number that the schema does not know. */
function formatEnum({ stringByNumber }: EnumMapping, held: unknown): string[] {
  const text = typeof held === "number" ? stringByNumber.get(held) : undefined;
  return text === undefined ? [] : [text];
}
