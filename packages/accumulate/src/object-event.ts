import { type DescField, type DescMessage, getOption } from "@bufbuild/protobuf";
import {
  type FieldMember,
  type Fields,
  fieldsOf,
  getMessageMapping,
  type MessageMapping,
  type ObjectMapping,
  type ValueMapping,
} from "@stepwire/mapping";
import {
  Effect,
  type EventForm,
  event as eventOption,
} from "@stepwire/mapping/stepwire/json/v1/stream_pb.js";
import type { MergeContext } from "./context.js";
import { findMessage } from "./find-message.js";
import { readMember } from "./member.js";
import { compileMerge } from "./merge.js";
import { mistake } from "./mistake.js";
import { notesOf } from "./notes.js";
import { compilePath } from "./path.js";

/** The effect of one arm's events on their object. */
export interface ObjectEvent {
  readonly object: ObjectMapping;
  /** Returns the identifier of the object; empty if the payload has none. */
  readonly idOf: (payload: Fields) => string;
  /** Whether an event without an identifier is about the latest object of its type. */
  readonly latest: boolean;
  /** Whether there is only one object of its type, so that an identifier does not select it. */
  readonly single: boolean;
  readonly endsObject: boolean;
  readonly endsStream: boolean;
  readonly change: Replacement | Change;
}

/** An event that replaces the whole object. */
export interface Replacement {
  readonly kind: "replace";
  /** Returns the object; undefined if the payload has none that the schema can hold. */
  readonly readValue: (payload: Fields) => Fields | undefined;
}

/** An event that changes the object, or a part of it. */
export interface Change {
  readonly kind: "change";
  /** Returns the changed object; the previous object itself if nothing changes. */
  readonly apply: (before: Fields, payload: Fields, context: MergeContext) => Fields;
}

/**
 * The member of a payload that holds the value or the delta; undefined if the payload itself is the
 * value.
 */
export interface Value {
  readonly member: FieldMember | undefined;
  readonly mapping: ValueMapping;
}

/**
 * Compiles the effect of an arm's events on an object.
 *
 * @throws {MappingError} if the option of the arm is wrong, or a type does not fit.
 */
export function compileObjectEvent(event: DescMessage, field: DescField): ObjectEvent {
  const form = getOption(field, eventOption);
  if (form.effect !== Effect.REPLACE && form.effect !== Effect.MERGE) {
    throw mistake(
      field,
      "`effect` must be EFFECT_REPLACE, EFFECT_MERGE, EFFECT_END or EFFECT_FAIL",
    );
  }
  if (form.unnamedWith !== "") {
    throw mistake(field, "`unnamed_with` is only for events that end the stream");
  }
  const payload = payloadOf(field);
  const value = readValue(form, field, payload);
  checkText(form, field);
  const replaces = form.effect === Effect.REPLACE && form.path.length === 0;
  const object = objectOf(form, event, field, replaces ? value : undefined);
  return {
    object,
    idOf: compileId(form, field, payload, replaces ? value : undefined),
    latest: form.latest,
    single: form.single,
    endsObject: form.endsObject,
    endsStream: form.endsStream,
    change: replaces
      ? { kind: "replace", readValue: compileReplacement(value, payload) }
      : compileChanges(form, field, payload, value, object),
  };
}

function checkText({ text, effect, path, value, also }: EventForm, field: DescField): void {
  if (text !== "" && (effect !== Effect.REPLACE || path.length === 0 || value !== "")) {
    throw mistake(field, "`text` needs EFFECT_REPLACE and `path`, and no `value`");
  }
  if (also.length > 0 && effect === Effect.REPLACE && path.length === 0) {
    throw mistake(field, "`also` is not for an event that replaces the whole object");
  }
}

export function payloadOf(field: DescField): ObjectMapping {
  const mapping = field.message && getMessageMapping(field.message);
  if (mapping?.kind !== "object") {
    throw mistake(field, "an event about an object needs a message that is a JSON object");
  }
  return mapping;
}

export function readValue(form: EventForm, field: DescField, payload: ObjectMapping): Value {
  if (form.value === "") {
    const reference = { kind: "message", desc: payload.desc, message: payload } as const;
    return { member: undefined, mapping: reference };
  }
  const member = fieldMember(payload, form.value);
  if (member === undefined) {
    throw mistake(field, `\`value\` "${form.value}" is not a member of ${payload.desc.typeName}`);
  }
  return { member, mapping: member.value };
}

export function objectOf(
  form: EventForm,
  event: DescMessage,
  field: DescField,
  whole: Value | undefined,
): ObjectMapping {
  const held = whole?.mapping.kind === "message" ? whole.mapping.desc : undefined;
  const named = form.object === "" ? held : findMessage(form.object, event);
  if (named === undefined) {
    const found = form.object === "" ? "is missing" : `"${form.object}" is not a message`;
    throw mistake(field, `\`object\` ${found}; name the type of the object`);
  }
  if (whole !== undefined && held !== named) {
    throw mistake(field, `the value is not a ${named.typeName}, which it replaces`);
  }
  const mapping: MessageMapping = getMessageMapping(named);
  if (mapping.kind !== "object") {
    throw mistake(field, `${named.typeName} is not a JSON object`);
  }
  return mapping;
}

function compileId(
  form: EventForm,
  field: DescField,
  payload: ObjectMapping,
  whole: Value | undefined,
): (payload: Fields) => string {
  const holder = whole?.mapping.kind === "message" ? whole.mapping.message : payload;
  const name = form.id || "id";
  const member = holder.kind === "object" ? fieldMember(holder, name) : undefined;
  if (member === undefined && (form.latest || form.single) && form.id === "") {
    return () => "";
  }
  if (member?.value.kind !== "string") {
    throw mistake(
      field,
      `"${name}", the identifier, is not a string member of ${holder.desc.typeName}`,
    );
  }
  const { localName } = member.field;
  const valueName = whole?.member?.field.localName;
  return (fields) => {
    const held = valueName === undefined ? fields : fields[valueName];
    return held === undefined ? "" : String(fieldsOf(held)[localName] ?? "");
  };
}

function compileReplacement(
  { member }: Value,
  payload: ObjectMapping,
): (payload: Fields) => Fields | undefined {
  if (member === undefined) {
    return (fields) => fields;
  }
  return (fields) => {
    const state = readMember(member, fields, notesOf(fields, payload));
    return state.kind === "value" ? fieldsOf(state.value) : undefined;
  };
}

/** Compiles the effect of an event, and what else it does to the object. */
function compileChanges(
  form: EventForm,
  field: DescField,
  payload: ObjectMapping,
  value: Value,
  object: ObjectMapping,
): Change {
  const first = compileChange(form, field, payload, value, object);
  const others = form.also.map((other) => {
    checkOther(other, field);
    return compileChange(other, field, payload, readValue(other, field, payload), object);
  });
  return others.reduce(
    (before, after): Change => ({
      kind: "change",
      apply: (fields, event, context) =>
        after.apply(before.apply(fields, event, context), event, context),
    }),
    first,
  );
}

function checkOther(form: EventForm, field: DescField): void {
  const { object, id, unnamedWith, latest, single, endsObject, endsStream, also } = form;
  const hasMore =
    [object, id, unnamedWith].some((each) => each !== "") ||
    [latest, single, endsObject, endsStream].includes(true) ||
    also.length > 0;
  const isChange = form.effect === Effect.REPLACE || form.effect === Effect.MERGE;
  if (hasMore || !isChange || form.path.length === 0) {
    throw mistake(field, "`also` has `effect`, `path` and `value` or `text`, and nothing else");
  }
  checkText(form, field);
}

function compileChange(
  form: EventForm,
  field: DescField,
  payload: ObjectMapping,
  value: Value,
  object: ObjectMapping,
): Change {
  if (form.path.length > 0) {
    const replaces = form.effect === Effect.REPLACE;
    const { text } = form;
    const apply = compilePath(form.path, object, { ...value, field, payload, replaces, text });
    return { kind: "change", apply };
  }
  const { member, mapping } = value;
  if (mapping.kind !== "message") {
    throw mistake(field, `the delta is not a message, which ${object.desc.typeName} is`);
  }
  const merge = compileMerge(mapping.desc, object.desc);
  if (member === undefined) {
    return { kind: "change", apply: merge };
  }
  return {
    kind: "change",
    apply: (before, fields, context) => {
      const said = fields[member.field.localName];
      return said === undefined ? before : merge(before, said, context);
    },
  };
}

export function fieldMember(mapping: ObjectMapping, name: string): FieldMember | undefined {
  const member = mapping.memberByName.get(name);
  return member?.kind === "field" ? member : undefined;
}
