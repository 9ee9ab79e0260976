import type { ScalarName } from "../proto/model.js";
import type { SchemaObject } from "./shape.js";

const MAX_UINT32 = 2 ** 32 - 1;

/**
 * Returns the Protobuf type of an integer.
 *
 * @param fallback the type of an integer that has neither a format nor bounds
 */
export function integerType(
  schema: SchemaObject,
  fallback: "int32" | "int64" | "uint32",
): ScalarName {
  const { minimum, maximum } = bounds(schema);
  switch (schema["format"]) {
    case "int32":
    case "int64":
    case "uint32":
    case "uint64":
      return schema["format"];
    case undefined:
      break;
    default:
      return "int64";
  }
  if (minimum === undefined && maximum === undefined) {
    return fallback;
  }
  if (minimum !== undefined && minimum >= 0) {
    if (maximum !== undefined && maximum <= MAX_UINT32) {
      return "uint32";
    }
    return maximum === undefined && fallback === "uint32" ? "uint32" : "int64";
  }
  return "int64";
}

function bounds(schema: SchemaObject): { minimum?: number; maximum?: number } {
  const minimum = strictest(
    Math.max,
    schema["minimum"],
    above(schema["exclusiveMinimum"], schema["minimum"], 1),
  );
  const maximum = strictest(
    Math.min,
    schema["maximum"],
    above(schema["exclusiveMaximum"], schema["maximum"], -1),
  );
  return {
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  };
}

/** Returns the bound that an exclusive bound stands for: a number, or in OpenAPI 3.0 a boolean. */
function above(exclusive: unknown, bound: unknown, step: number): number | undefined {
  if (typeof exclusive === "number") {
    return exclusive + step;
  }
  return exclusive === true && typeof bound === "number" ? bound + step : undefined;
}

function strictest(
  choose: (...values: number[]) => number,
  ...values: readonly unknown[]
): number | undefined {
  const numbers = values.filter((value) => typeof value === "number");
  return numbers.length === 0 ? undefined : choose(...numbers);
}

/** Returns the type that holds the numbers of both types. */
export function widerNumber(one: ScalarName, other: ScalarName): ScalarName {
  if (one === other) {
    return one;
  }
  if (one === "double" || other === "double") {
    return "double";
  }
  return one === "uint64" || other === "uint64" ? "uint64" : "int64";
}

/** Returns the type for numbers that both types hold. */
export function narrowerNumber(one: ScalarName, other: ScalarName): ScalarName {
  const order: readonly ScalarName[] = ["uint32", "int32", "uint64", "int64", "double"];
  return order.find((name) => name === one || name === other) ?? one;
}
