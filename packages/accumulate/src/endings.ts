import { type DescField, getOption } from "@bufbuild/protobuf";
import { splitJsonObject } from "@stepwire/json/internal";
import {
  type Fields,
  fieldsOf,
  getMessageMapping,
  type JsonResidue,
  type OtherArm,
  oneofOf,
  type UnionMapping,
} from "@stepwire/mapping";
import { sse } from "@stepwire/mapping/stepwire/json/v1/sse_pb.js";
import { event as eventOption } from "@stepwire/mapping/stepwire/json/v1/stream_pb.js";
import { readMember } from "./member.js";
import { mistake } from "./mistake.js";
import { notesOf } from "./notes.js";

/** How a stream ended: complete, or broken. */
export type Ending = "done" | "error";

/** Returns whether an event ends the stream although it is not in the arm that does. */
type EndCheck = (event: Fields) => boolean;

/** Returns how an event ends the stream; undefined if it does not. */
export type EndingOf = (event: Fields) => Ending | undefined;

/** The name of a server-sent event without an `event:` line. */
const DEFAULT_NAME = "message";

/** JSON values of a member that report no error. */
const NOTHING = ["null", "false", "0", '""'];

/**
 * Compiles the check for events that end the stream in the same way as the events of an arm: those
 * with the `done_text` of the arm as their text and any name, and those without a name by a member
 * of their payload.
 *
 * @throws {MappingError} if the option of the arm is wrong.
 */
export function compileUnnamed(field: DescField, ending: Ending): EndingOf {
  requireNothingElse(field);
  const checks = [compileByText(field), compileByMember(field)].filter(
    (check) => check !== undefined,
  );
  return (event) => (checks.some((check) => check(event)) ? ending : undefined);
}

function requireNothingElse(field: DescField): void {
  const form = getOption(field, eventOption);
  const { object, id, latest, single, value, path, endsObject, endsStream, text, also } = form;
  const texts = [object, id, value, text];
  if (
    texts.some((each) => each !== "") ||
    [latest, single, endsObject, endsStream].includes(true) ||
    path.length + also.length > 0
  ) {
    throw mistake(
      field,
      "an event that ends the stream is about no object: only `unnamed_with` is allowed",
    );
  }
}

function compileByText(field: DescField): EndCheck | undefined {
  const { doneText } = getOption(field, sse);
  const textField = field.parent.fields.find((candidate) => getOption(candidate, sse).text);
  return doneText === "" || textField === undefined
    ? undefined
    : (event) => event[textField.localName] === doneText;
}

function compileByMember(field: DescField): EndCheck | undefined {
  const { unnamedWith } = getOption(field, eventOption);
  if (unnamedWith === "") {
    return undefined;
  }
  const union = openUnionOf(field);
  if (union === undefined) {
    throw mistake(field, "`unnamed_with` needs an adjacent union with an `any_other` arm");
  }
  const isInUnnamedArm = compileUnnamedArm(field, unnamedWith);
  return (event) => {
    const text = isUnnamed(event, union) ? contentOf(event, union) : undefined;
    const value = text === undefined ? undefined : splitJsonObject(text)?.get(unnamedWith);
    return (value !== undefined && !NOTHING.includes(value)) || isInUnnamedArm(event);
  };
}

/** Compiles the check for a member in the arm of the events without a name, if there is one. */
function compileUnnamedArm(field: DescField, name: string): EndCheck {
  const mapping = getMessageMapping(field.parent);
  const union =
    mapping.kind === "object"
      ? mapping.unions.find(({ oneof }) => oneof === field.oneof)
      : undefined;
  const arm = union?.armByTag.get("");
  const payload = arm?.value.kind === "message" ? arm.value.message : undefined;
  if (union === undefined || arm === undefined || payload?.kind !== "object") {
    return () => false;
  }
  const member = payload.memberByName.get(name);
  return (event) => {
    const { case: set, value } = oneofOf(event, union.oneof);
    if (set !== arm.field.localName) {
      return false;
    }
    const fields = fieldsOf(value);
    const notes = notesOf(fields, payload);
    const state = member?.kind === "field" ? readMember(member, fields, notes) : notes.get(name);
    switch (state?.kind) {
      case "value":
        return Boolean(state.value);
      case "text":
        return !NOTHING.includes(state.node.text);
      default:
        return false;
    }
  };
}

/** An adjacent union that keeps events with any name. */
interface OpenUnion {
  readonly oneof: UnionMapping["oneof"];
  readonly content: string;
  readonly otherArm: OtherArm;
  /** Local name of the field that holds the residue of the event message. */
  readonly residueName: string;
  /** Local name of the field that is true if an event has no name but that of its payload. */
  readonly unnamedField: string | undefined;
}

export function openUnionOf(field: DescField): OpenUnion | undefined {
  const mapping = getMessageMapping(field.parent);
  if (mapping.kind !== "object") {
    return undefined;
  }
  const union = mapping.unions.find(({ oneof }) => oneof === field.oneof);
  if (union?.content === undefined || union.otherArm === undefined) {
    return undefined;
  }
  const { oneof, content, otherArm } = union;
  const unnamedField = field.parent.fields.find((each) => getOption(each, sse).namedBy !== "");
  return {
    oneof,
    content,
    otherArm,
    residueName: mapping.residue.localName,
    unnamedField: unnamedField?.localName,
  };
}

function isUnnamed(event: Fields, { oneof, otherArm, unnamedField }: OpenUnion): boolean {
  const { case: set, value } = oneofOf(event, oneof);
  if (set !== otherArm.field.localName) {
    return set === undefined;
  }
  const name = fieldsOf(value)[otherArm.tagField.localName];
  const isNamedByPayload = unnamedField !== undefined && event[unnamedField] === true;
  return name === "" || name === DEFAULT_NAME || isNamedByPayload;
}

/** Returns the JSON text of a payload that has no arm. */
function contentOf(
  event: Fields,
  { oneof, content, otherArm, residueName }: OpenUnion,
): string | undefined {
  const { case: set, value } = oneofOf(event, oneof);
  if (set !== undefined) {
    const text = fieldsOf(value)[otherArm.contentField.localName];
    return typeof text === "string" ? text : undefined;
  }
  // In every mapped message, this field is a JsonResidue.
  const residue = event[residueName] as JsonResidue | undefined;
  return residue?.members[content];
}
