import type { DescField, DescMessage } from "@bufbuild/protobuf";
import {
  type ArrayMapping,
  type FieldMember,
  type Fields,
  fieldsOf,
  getMessageMapping,
  type InlineMapping,
  MappingError,
  type MappingProblem,
  type MessageMapping,
  type ObjectMapping,
  oneofOf,
  type PayloadMember,
  type SingularMapping,
  type ValueMapping,
} from "@stepwire/mapping";
import type { PathStep } from "@stepwire/mapping/stepwire/json/v1/stream_pb.js";
import { blankMessage } from "./blank.js";
import { type Combine, combineMessages, type MergeMessage, replacePart } from "./combine.js";
import type { MergeContext } from "./context.js";
import { compileConversion, setArm } from "./convert-part.js";
import { Draft } from "./draft.js";
import { CONTAINER_SIZE } from "./fields.js";
import { heldListOf } from "./held-list.js";
import { propertiesOf, sealMessage } from "./lazy.js";
import { ABSENT, type MemberState, readMember, writeMember } from "./member.js";
import { compileCombine } from "./merge.js";
import { fill } from "./merge-list.js";
import { mergeArm } from "./merge-union.js";
import { collectMistakes, mistake } from "./mistake.js";
import { notesOf } from "./notes.js";

/** The value that an arm's events have for a part of an object. */
export interface PartEvent {
  /** The arm of the event. */
  readonly field: DescField;
  readonly payload: ObjectMapping;
  /** The member with the value or the delta; undefined if the payload itself is the value. */
  readonly member: FieldMember | undefined;
  readonly mapping: ValueMapping;
  /** Whether the value replaces the part; otherwise it is merged. */
  readonly replaces: boolean;
  /** The string that replaces the part; empty if the event has a value. */
  readonly text: string;
}

export type Path = readonly [PathStep, ...PathStep[]];

/**
 * Compiles how an event changes the part of an object at a path. The resulting function takes the
 * object and the payload, and returns the changed object.
 *
 * @throws {MappingError} if the path does not exist, or the value does not fit there.
 */
export function compilePath(
  path: readonly PathStep[],
  object: Pick<ObjectMapping, "desc">,
  event: PartEvent,
): MergeMessage {
  return compileMessage(object.desc, asPath(path, event), event);
}

export function asPath([first, ...rest]: readonly PathStep[], { field }: PartEvent): Path {
  if (first === undefined) {
    throw mistake(field, "`path` is empty");
  }
  return [first, ...rest];
}

function compileMessage(desc: DescMessage, path: Path, event: PartEvent): MergeMessage {
  const mapping = getMessageMapping(desc);
  switch (mapping.kind) {
    case "object":
      return compileObject(mapping, path, event);
    case "inline":
      return compileInline(mapping, path, event);
    case "array":
    case "byKind":
      throw noMember(path, desc, event);
  }
}

function compileObject(mapping: ObjectMapping, path: Path, event: PartEvent): MergeMessage {
  const member = mapping.memberByName.get(path[0].member);
  switch (member?.kind) {
    case "field":
      return compileField(mapping, member, compileMember(member.value, path, event));
    case "payload":
      return compilePayload(mapping, member, path, event);
    default:
      throw noMember(path, mapping.desc, event);
  }
}

function compileField(mapping: ObjectMapping, member: FieldMember, combine: Combine): MergeMessage {
  return (before, payload, context) => {
    const draft = draftOf(before, mapping, context);
    const held = readMember(member, draft.fields, draft.notes);
    context.path.push(member.name);
    const state = combine(held, { kind: "value", value: payload }, context);
    context.path.pop();
    if (state !== held) {
      writeMember(member, state, draft);
    }
    return draft.seal();
  };
}

function draftOf(before: Fields | undefined, mapping: ObjectMapping, context: MergeContext): Draft {
  if (before === undefined) {
    context.grow(CONTAINER_SIZE);
  }
  return new Draft(before ?? blankMessage(mapping.desc), mapping);
}

/** Compiles a step into the payload of a union, which exists if the union's tag selects it. */
function compilePayload(
  mapping: ObjectMapping,
  { arms: [arm], union }: PayloadMember,
  path: Path,
  event: PartEvent,
): MergeMessage {
  if (arm === undefined || union.shape === "adjacent") {
    throw noMember(path, mapping.desc, event);
  }
  const combine = compileMember(arm.value, path, event);
  return (before, payload, context) => {
    const draft = draftOf(before, mapping, context);
    mergeArm(arm, union, combine, { kind: "value", value: payload }, draft, context);
    return draft.seal();
  };
}

/**
 * Compiles a step into an inline union; the path continues in the arm that is set. At least one arm
 * must have a part at the path that the event can change. Other arms may have a member of the same
 * name and another type.
 */
function compileInline(mapping: InlineMapping, path: Path, event: PartEvent): MergeMessage {
  const changes = new Map<string, MergeMessage>();
  const problems: MappingProblem[] = [];
  for (const { field, payload } of mapping.arms) {
    if (hasPart(payload.desc, path)) {
      collectMistakes(problems, () => {
        changes.set(field.localName, compileMessage(payload.desc, path, event));
      });
    }
  }
  if (changes.size === 0) {
    throw problems.length > 0 ? new MappingError(problems) : noMember(path, mapping.desc, event);
  }
  const name = path[0].member;
  return (before, payload, context) => {
    const properties = before && propertiesOf(before);
    const { case: set, value } = properties ? oneofOf(properties, mapping.oneof) : {};
    const change = set === undefined ? undefined : changes.get(set);
    if (properties === undefined || change === undefined) {
      return context.refuse("not_mergeable", `an object with "${name}"`, set ?? "none");
    }
    const after = change(fieldsOf(value), payload, context);
    return after === value
      ? properties
      : sealMessage({
          ...properties,
          [mapping.oneof.localName]: Object.freeze({ case: set, value: after }),
        });
  };
}

export function hasPart(desc: DescMessage, [{ member }]: Path): boolean {
  const mapping = getMessageMapping(desc);
  const kind = mapping.kind === "object" ? mapping.memberByName.get(member)?.kind : undefined;
  return kind === "field" || kind === "payload" || mapping.kind === "inline";
}

/** Compiles the change of the member that the first step of a path names. */
function compileMember(held: ValueMapping, path: Path, event: PartEvent): Combine {
  const [step, ...rest] = path;
  if (step.index !== "") {
    return compileList(held, path, event);
  }
  return rest.length === 0
    ? compileLeaf(held, event)
    : combineMessages(compileMessage(messageOf(held, path, event), asPath(rest, event), event));
}

function messageOf(held: ValueMapping, path: Path, event: PartEvent): DescMessage {
  if (held.kind === "list") {
    throw mistake(event.field, `\`path\`: "${path[0].member}" is a list and needs \`index\``);
  }
  if (held.kind !== "message") {
    throw mistake(event.field, `\`path\`: "${path[0].member}" is not a JSON object`);
  }
  return held.desc;
}

/** Compiles the change of a list in one of its elements. */
function compileList(held: ValueMapping, path: Path, event: PartEvent): Combine {
  if (held.kind === "message") {
    const mapping = getMessageMapping(held.desc);
    if (mapping.kind === "array") {
      return combineMessages(compileArray(mapping, path, event));
    }
  }
  if (held.kind !== "list") {
    throw mistake(event.field, `\`path\`: "${path[0].member}" is not a list, but has \`index\``);
  }
  const elements = compileElements(held.element, path, event);
  const readIndex = compileIndex(path[0].index, event);
  return (before, said, context) => {
    if (before.kind === "text") {
      return context.refuse("not_mergeable", "a list", "JSON of another type");
    }
    const property = before.kind === "value" ? before.value : [];
    const index = readIndex(said.kind === "value" ? fieldsOf(said.value) : {}, context);
    context.path.push(index);
    const value = changeElement(property, index, elements, said, context);
    context.path.pop();
    return value === property ? before : { kind: "value", value };
  };
}

/** The elements of a list, and how one of them changes. */
interface Elements {
  readonly combine: Combine;
  /** The element for an index that was skipped; undefined if such elements cannot exist. */
  readonly blank: Fields | undefined;
  /** Whether elements are replaced as a whole, so that no blank element is needed. */
  readonly replaces: boolean;
}

function compileElements(element: SingularMapping, path: Path, event: PartEvent): Elements {
  const rest = path.slice(1);
  const isLeaf = rest.length === 0;
  if (isLeaf && element.kind === "bytes" && !event.replaces) {
    throw mistake(event.field, "`path`: bytes in a list are only replaced: EFFECT_REPLACE");
  }
  return {
    combine: isLeaf
      ? compileLeaf(element, event)
      : combineMessages(
          compileMessage(messageOf(element, path, event), asPath(rest, event), event),
        ),
    blank: element.kind === "message" ? blankElement(element.message) : undefined,
    replaces: isLeaf && event.replaces,
  };
}

/** Returns an element without content; undefined if an element of this type needs some. */
function blankElement(element: MessageMapping): Fields | undefined {
  if (element.kind !== "inline") {
    return blankMessage(element.desc);
  }
  const { desc, oneof, otherArm } = element;
  // Without a payload, an inline union has no JSON form.
  return otherArm && setArm(desc, oneof, otherArm.localName, "{}");
}

function changeElement(
  property: unknown,
  index: number,
  { combine, blank, replaces }: Elements,
  said: MemberState,
  context: MergeContext,
): unknown {
  const before = heldListOf(property, undefined);
  const list = fill(before, index, blank, context);
  const held = list.at(index);
  const isThere = index < list.length && !(replaces && held === blank);
  const state: MemberState = isThere ? { kind: "value", value: held } : ABSENT;
  const after = combine(state, said, context);
  if (after === state || after.kind === "absent") {
    return list === before ? property : list.toProperty();
  }
  if (after.kind !== "value") {
    return context.refuse("not_mergeable", "a value that the schema holds", after.kind);
  }
  return list.with(index, after.value).toProperty();
}

function compileArray(mapping: ArrayMapping, path: Path, event: PartEvent): MergeMessage {
  const combine = compileList({ kind: "list", element: mapping.element }, path, event);
  return (before, payload, context) => {
    const old = before ?? blankMessage(mapping.desc);
    const properties = propertiesOf(old);
    const name = mapping.field.localName;
    const held: MemberState = { kind: "value", value: properties[name] };
    const state = combine(held, { kind: "value", value: payload }, context);
    return state === held || state.kind !== "value"
      ? old
      : sealMessage({ ...properties, [name]: state.value });
  };
}

/** Compiles reading the index of an element from the payload. */
function compileIndex(
  name: string,
  { field, payload }: PartEvent,
): (fields: Fields, context: MergeContext) => number {
  const member = payload.memberByName.get(name);
  if (member?.kind !== "field" || member.value.kind !== "integer") {
    throw mistake(field, `\`path.index\` "${name}" is not an integer member of the payload`);
  }
  return (fields, context) => {
    const state = readMember(member, fields, notesOf(fields, payload));
    const index = state.kind === "value" ? Number(state.value) : -1;
    if (index < 0) {
      const found = state.kind === "text" ? state.node.text.slice(0, 40) : String(index);
      const isMissing = state.kind === "absent" || state.kind === "null";
      context.refuse("invalid_index", `an integer from 0 as "${name}"`, isMissing ? "none" : found);
    }
    return index;
  };
}

/** Compiles how the event's value changes the part at the end of the path. */
function compileLeaf(held: ValueMapping, event: PartEvent): Combine {
  const { field, payload, member, mapping, replaces, text } = event;
  if (text !== "") {
    return compileText(held, text, field);
  }
  const combine = replaces
    ? compileReplacement(held, event)
    : compileCombine(mapping, held, member?.field ?? field);
  if (member === undefined) {
    return combine;
  }
  return (before, said, context) => {
    const fields = said.kind === "value" ? fieldsOf(said.value) : {};
    return combine(before, readMember(member, fields, notesOf(fields, payload)), context);
  };
}

/** Compiles the replacement of a string by one that the schema of the event has. */
function compileText(held: ValueMapping, text: string, field: DescField): Combine {
  const value = held.kind === "enum" ? held.numberByString.get(text) : text;
  if (value === undefined || (held.kind !== "enum" && held.kind !== "string")) {
    throw mistake(field, `\`text\`: the part of the object at \`path\` cannot be "${text}"`);
  }
  return (before, _, context) => replacePart(before, { kind: "value", value }, context);
}

function compileReplacement(held: ValueMapping, { field, mapping }: PartEvent): Combine {
  const convert = compileConversion(mapping, held);
  if (convert === undefined) {
    throw mistake(field, "the value has another type than the part of the object at `path`");
  }
  return (before, said, context) => replacePart(before, convert(said, context), context);
}

function noMember([{ member }]: Path, desc: DescMessage, { field }: PartEvent): MappingError {
  return mistake(
    field,
    `\`path\`: "${member}" is not a member of ${desc.typeName} that can change`,
  );
}
