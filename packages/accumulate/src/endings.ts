import { type DescField, getOption } from "@bufbuild/protobuf";
import { splitJsonObject } from "@stepwire/json";
import {
  type Fields,
  fieldsOf,
  getMessageMapping,
  type JsonResidue,
  type ObjectMapping,
  type OtherArm,
  oneofOf,
  type UnionMapping,
} from "@stepwire/mapping";
import {
  type EventForm,
  event as eventOption,
  type UnnamedEvent,
} from "@stepwire/mapping/stepwire/json/v1/stream_pb.js";
import { mistake } from "./mistake.js";

/** How a stream ended: complete, or broken. */
export type Ending = "done" | "error";

/** Returns how an event ends the stream; undefined if it does not. */
export type EndingOf = (event: Fields) => Ending | undefined;

/** The name of a server-sent event without an `event:` line. */
const DEFAULT_NAME = "message";

/** JSON values of a member that report no error. */
const NOTHING = ["null", "false", "0", '""'];

/**
 * Compiles the check for events without a name that end the stream in the same way as the events of
 * an arm.
 *
 * @throws {MappingError} if the option of the arm is wrong.
 */
export function compileUnnamed(field: DescField, ending: Ending): EndingOf {
  const form = getOption(field, eventOption);
  requireNothingElse(field, form);
  if (form.unnamed === undefined) {
    return () => undefined;
  }
  const matches = compilePayload(field, form.unnamed);
  const read = compileRead(field, form.unnamed.member);
  return (event) => {
    const text = read(event);
    return text !== undefined && matches(text) ? ending : undefined;
  };
}

function requireNothingElse(field: DescField, form: EventForm): void {
  const { object, id, latest, value, path, endsObject } = form;
  if (object || id || latest || value || path.length > 0 || endsObject) {
    throw mistake(
      field,
      "an event that ends the stream is about no object: only `unnamed` is allowed",
    );
  }
}

function compilePayload(field: DescField, { payload }: UnnamedEvent): (text: string) => boolean {
  switch (payload.case) {
    case "text":
      return (text) => text === payload.value;
    case "has":
      return (text) => {
        const value = splitJsonObject(text)?.get(payload.value);
        return value !== undefined && !NOTHING.includes(value);
      };
    case undefined:
      throw mistake(field, "`unnamed` needs `text` or `has`");
  }
}

/**
 * Compiles reading a member of an event without a name; the result returns undefined if the event
 * has a name.
 */
function compileRead(field: DescField, name: string): (event: Fields) => string | undefined {
  const mapping = getMessageMapping(field.parent);
  const union =
    mapping.kind === "object"
      ? mapping.unions.find(({ oneof }) => oneof === field.oneof)
      : undefined;
  if (mapping.kind !== "object" || union?.content === undefined || union.otherArm === undefined) {
    throw mistake(field, "`unnamed` needs an adjacent union with an `any_other` arm");
  }
  const { otherArm } = union;
  if (name === union.content) {
    return (event) =>
      isUnnamed(event, union, otherArm) ? contentOf(event, union, otherArm, mapping) : undefined;
  }
  const member = mapping.memberByName.get(name);
  if (member?.kind !== "field" || member.value.kind !== "string") {
    throw mistake(field, `\`unnamed.member\` "${name}" is not a string member of the event`);
  }
  const { localName } = member.field;
  return (event) => (isUnnamed(event, union, otherArm) ? textOf(event[localName]) : undefined);
}

function isUnnamed(event: Fields, { oneof }: UnionMapping, other: OtherArm): boolean {
  const { case: set, value } = oneofOf(event, oneof);
  if (set !== other.field.localName) {
    return set === undefined;
  }
  const name = fieldsOf(value)[other.tagField.localName];
  return name === "" || name === DEFAULT_NAME;
}

/** Returns the JSON text of a payload that has no arm. */
function contentOf(
  event: Fields,
  { oneof, content }: UnionMapping,
  other: OtherArm,
  mapping: ObjectMapping,
): string | undefined {
  const { case: set, value } = oneofOf(event, oneof);
  if (set !== undefined) {
    return textOf(fieldsOf(value)[other.contentField.localName]);
  }
  // In every mapped message, this field is a JsonResidue.
  const residue = event[mapping.residue.localName] as JsonResidue | undefined;
  return residue?.members[content ?? ""];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
