import type { Violation } from "@stepwire/openai-json";
import { namedMember, type Place } from "./place.js";

/** A kind of value that a schema accepts and the mode `strict` refuses. */
export interface Deviation {
  readonly name: string;
  /** Why it cannot be otherwise, or need not be. */
  readonly reason: string;
  matches(violation: Violation, place: Place): boolean;
}

/** All that is known. What else `strict` refuses is a fault. */
export const deviations: readonly Deviation[] = [
  {
    name: "an unknown member",
    reason:
      "JSON Schema allows members that it does not name, unless it says otherwise. A message has fields for named ones only",
    matches: ({ code }, { around, name }) =>
      code === "unknown_member" &&
      around !== undefined &&
      around.schemas.every((schema) => namedMember(schema, name) === undefined),
  },
  {
    name: "an integer beyond 64 bits",
    reason: "JSON Schema has integers of any size, Protobuf those of 64 bits",
    matches: ({ code }, { value, schemas }) =>
      code === "not_representable" &&
      typeof value === "number" &&
      schemas.some(({ type }) => type === "integer") &&
      (value >= 2 ** 63 || value < -(2 ** 63)),
  },
];
