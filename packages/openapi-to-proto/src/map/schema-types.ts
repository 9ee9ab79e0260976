import type { ScalarName } from "../proto/model.js";
import type { SchemaObject, Shape } from "./shape.js";

/** Returns the values that `const` or `enum` allow; undefined if there is neither. */
export function valuesOf(schema: SchemaObject): readonly unknown[] | undefined {
  if ("const" in schema) {
    return [schema["const"]];
  }
  const values: unknown = schema["enum"];
  return Array.isArray(values) ? values : undefined;
}

/** Returns the JSON types of a schema: those that it names, or those that its keywords imply. */
export function typesOf(schema: SchemaObject, values: readonly unknown[] | undefined): string[] {
  const type: unknown = schema["type"];
  if (typeof type === "string") {
    return type !== "null" && values?.includes(null) ? [type, "null"] : [type];
  }
  if (Array.isArray(type)) {
    return type.filter((each) => typeof each === "string");
  }
  if (values !== undefined) {
    return [...new Set(values.map(typeOfValue))];
  }
  if (
    ["properties", "required", "additionalProperties", "patternProperties"].some((k) => k in schema)
  ) {
    return ["object"];
  }
  return "items" in schema || "prefixItems" in schema ? ["array"] : [];
}

function typeOfValue(value: unknown): string {
  if (value === null) {
    return "null";
  }
  if (Array.isArray(value)) {
    return "array";
  }
  return Number.isInteger(value) ? "integer" : typeof value;
}

export function stringType(schema: SchemaObject): ScalarName {
  return schema["format"] === "byte" || schema["contentEncoding"] === "base64" ? "bytes" : "string";
}

/** Names a shape in an error message. */
export function describe(shape: Shape): string {
  switch (shape.kind) {
    case "scalar":
      return `a ${shape.name}`;
    case "enum":
      return `one of the strings ${shape.values
        .slice(0, 5)
        .map((value) => JSON.stringify(value))
        .join(", ")}`;
    case "union":
      return `a union of ${shape.arms.length} types`;
    case "array":
      return "an array";
    case "null":
      return "null";
    case "never":
      return "no value";
    case "any":
    case "chosen":
      return "any value";
    case "object":
    case "free":
    case "map":
      return "an object";
  }
}
