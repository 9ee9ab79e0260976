import type { InlineArm, MessageMapping, TaggedObjects } from "@stepwire/mapping";
import type { Violation } from "@stepwire/openai-json";
import { namedMember, type Place } from "./place.js";
import { isSchema } from "./schema.js";

/** A kind of value that a schema accepts and the mode `strict` refuses. */
export interface Deviation {
  readonly name: string;
  /** Why it cannot be otherwise, or need not be. */
  readonly reason: string;
  /** @param message the message that the violation's path is in. */
  matches(violation: Violation, place: Place, message: MessageMapping | undefined): boolean;
}

/** What is known of each import. What else `strict` refuses is a fault. */
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
      schemas.some(({ type }) => [type].flat().includes("integer")) &&
      (value >= 2 ** 63 || value < -(2 ** 63)),
  },
  {
    name: "an object without a tag",
    reason:
      "if every alternative may lack the member that tells them apart, nothing says which one such an object is",
    matches: ({ code }, { value, around, name }, message) => {
      const union = taggedObjects(message);
      return (
        code === "unknown_variant" &&
        around !== undefined &&
        value === undefined &&
        union !== undefined &&
        name === union.tag &&
        union.arms.length > 1 &&
        union.arms.every((arm) => hasOptionalTag(arm, union.tag))
      );
    },
  },
  {
    name: "an object without named members, where other types are allowed too",
    reason:
      "a union has no arm for maps and free objects. It keeps them as text, like any value that it does not describe",
    matches: ({ code }, { value, schemas }, message) =>
      code === "unknown_variant" &&
      isSchema(value) &&
      message?.kind === "byKind" &&
      !message.armByKind.has("object") &&
      message.taggedObjects === undefined &&
      schemas.every(({ properties }) => properties === undefined),
  },
  {
    name: "a string that a discriminator does not have",
    reason:
      "the discriminator of a union says which strings its objects have, even if their own schemas allow any string",
    matches: ({ code }, { value, schemas }) =>
      (code === "unknown_variant" || code === "unknown_value") &&
      typeof value === "string" &&
      schemas.length > 0 &&
      schemas.every((schema) => schema["enum"] === undefined && schema["const"] === undefined),
  },
];

/** What is known in addition of an import whose config changes the schemas. */
export const configDeviations: readonly Deviation[] = [
  {
    name: "a value outside a chosen type",
    reason:
      "the config of an import may choose a narrower type than the document has, such as `uint32` for counts, and bytes for base64",
    matches: ({ code, expected }, { value }) =>
      code === "not_representable" &&
      ((typeof value === "number" && expected.startsWith("an integer from")) ||
        (typeof value === "string" && expected.startsWith("base64"))),
  },
  {
    name: "another value in a member that the config adds",
    reason: "the document says nothing about the member, and the config gives it a type",
    matches: ({ code }, { around, name }) =>
      code === "wrong_type" &&
      around !== undefined &&
      around.schemas.every((schema) => namedMember(schema, name) === undefined),
  },
];

/** Returns the objects that the tag of a union tells apart. */
function taggedObjects(message: MessageMapping | undefined): TaggedObjects | undefined {
  switch (message?.kind) {
    case "inline":
      return message;
    case "byKind":
      return message.taggedObjects;
    default:
      return undefined;
  }
}

function hasOptionalTag({ payload: { message } }: InlineArm, tag: string): boolean {
  return (
    message.kind === "object" &&
    message.members.some(
      (member) =>
        (member.kind === "constant" || member.kind === "field") &&
        member.name === tag &&
        member.presence === "optional",
    )
  );
}
