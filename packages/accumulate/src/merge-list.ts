import { type DescField, type DescMessage, getOption } from "@bufbuild/protobuf";
import {
  type ArmMapping,
  type FieldMember,
  type Fields,
  fieldsOf,
  getMessageMapping,
  type ObjectMapping,
  oneofOf,
} from "@stepwire/mapping";
import { Merge, merge as mergeOption } from "@stepwire/mapping/stepwire/json/v1/stream_pb.js";
import { blankMessage } from "./blank.js";
import type { MergeElements, MergeMessage } from "./combine.js";
import type { MergeContext } from "./context.js";
import { CONTAINER_SIZE, hold, sizeOf } from "./fields.js";
import { type HeldList, heldListOf, type Identify } from "./held-list.js";
import { readMember } from "./member.js";
import { mistake } from "./mistake.js";
import { notesOf } from "./notes.js";

/** The fields of an element that determine its index in the list. */
interface PlaceFields {
  readonly mapping: ObjectMapping;
  readonly index: FieldMember;
  /** The field of a delta's element that identifies it. */
  readonly identifier: FieldMember | undefined;
  /** Returns the identifier of an element of the existing list. */
  readonly identify: Identify | undefined;
}

/**
 * Compiles the merging of lists by index. Returns undefined if the elements of a delta have no
 * index; such a list is replaced as a whole.
 */
export function compileMergeByIndex(
  saidDesc: DescMessage,
  heldDesc: DescMessage,
  compileMerge: (said: DescMessage, held: DescMessage) => MergeMessage,
): MergeElements | undefined {
  const places = placeFields(saidDesc, heldDesc);
  if (places === undefined) {
    return undefined;
  }
  const mergeElement = compileMerge(saidDesc, heldDesc);
  const { identify } = places;
  return (before, said, context) => {
    const listBefore = heldListOf(before, identify);
    let list = listBefore;
    for (const [position, element] of said.entries()) {
      context.path.push(position);
      const index = placeOf(places, fieldsOf(element), list, context);
      list = fill(list, index, blankMessage(heldDesc), context);
      const held = list.at(index);
      const after = mergeElement(fieldsOf(held), element, context);
      if (after !== held) {
        list = list.with(index, after);
      }
      context.path.pop();
    }
    return list === listBefore ? before : list.toProperty();
  };
}

/** Returns whether a field of a delta only gives the index of its element. */
export function isIndex({ field }: FieldMember): boolean {
  return getOption(field, mergeOption) === Merge.INDEX;
}

function placeFields(saidDesc: DescMessage, heldDesc: DescMessage): PlaceFields | undefined {
  const mapping = getMessageMapping(saidDesc);
  if (mapping.kind !== "object") {
    return undefined;
  }
  const find = (merge: Merge): FieldMember | undefined =>
    mapping.members.find(
      (member): member is FieldMember =>
        member.kind === "field" && getOption(member.field, mergeOption) === merge,
    );
  const index = find(Merge.INDEX);
  if (index === undefined) {
    return undefined;
  }
  if (index.value.kind !== "integer") {
    throw mistake(index.field, "MERGE_INDEX is only for an integer");
  }
  const identifier = find(Merge.IDENTIFIER);
  if (identifier !== undefined && identifier.value.kind !== "string") {
    throw mistake(identifier.field, "MERGE_IDENTIFIER is only for a string");
  }
  const heldField =
    identifier && heldDesc.fields.find(({ name }) => name === identifier.field.name);
  return {
    mapping,
    index,
    identifier,
    identify: heldField && ((element) => fieldsOf(element)[heldField.localName] || undefined),
  };
}

/** Returns the index that an element of a delta changes. */
function placeOf(
  { mapping, index, identifier }: PlaceFields,
  element: Fields,
  list: HeldList,
  context: MergeContext,
): number {
  const notes = notesOf(element, mapping);
  const place = readMember(index, element, notes);
  if (place.kind === "value") {
    return Number(place.value);
  }
  if (place.kind === "text") {
    context.path.push(index.name);
    context.refuse("invalid_index", "an integer from 0", place.node.text.slice(0, 40));
  }
  const id = identifier && readMember(identifier, element, notes);
  if (id?.kind !== "value" || id.value === "") {
    return Math.max(0, list.length - 1);
  }
  return list.placeOf(id.value) ?? list.length;
}

/**
 * Extends the list with blank elements up to an index. Without a blank element, the index may be at
 * most the list's length.
 */
export function fill(
  list: HeldList,
  index: number,
  blank: Fields | undefined,
  context: MergeContext,
): HeldList {
  const maxIndexGap = blank === undefined ? 0 : context.limits.maxIndexGap;
  context.requireElements(index);
  if (index - list.length > maxIndexGap) {
    const largest = list.length + maxIndexGap;
    context.refuse("index_gap", `an index of at most ${largest}`, `index ${index}`);
  }
  let filled = list;
  while (blank !== undefined && filled.length <= index) {
    context.grow(CONTAINER_SIZE);
    filled = filled.with(filled.length, blank);
  }
  return filled;
}

/** Appends the elements of a delta's list. */
export const appendElements: MergeElements = (before, said, context) => {
  let list = heldListOf(before, undefined);
  for (const element of said) {
    list = append(list, element, context);
  }
  return said.length === 0 ? before : list.toProperty();
};

/**
 * Compiles merging the elements of a delta's list into the last element of an existing list, if
 * both have the same arm and it holds text or a list. All other elements are appended.
 *
 * @throws {MappingError} if the elements have no union with such an arm.
 */
export function compileContinue(
  desc: DescMessage,
  field: DescField,
  compileMerge: (said: DescMessage, held: DescMessage) => MergeMessage,
): MergeElements {
  const mapping = getMessageMapping(desc);
  const [union, ...others] = mapping.kind === "object" ? mapping.unions : [];
  const arms = union?.arms.filter(continues) ?? [];
  if (union === undefined || others.length > 0 || arms.length === 0) {
    throw mistake(
      field,
      `MERGE_CONTINUE needs elements with one union, with an arm whose text or list is appended; ${desc.typeName} has none`,
    );
  }
  const names = new Set(arms.map((arm) => arm.field.localName));
  const mergeElement = compileMerge(desc, desc);
  return (before, said, context) => {
    const listBefore = heldListOf(before, undefined);
    let list = listBefore;
    for (const [position, element] of said.entries()) {
      const last = list.at(list.length - 1);
      const { case: set } = oneofOf(fieldsOf(element), union.oneof);
      const isSame = last !== undefined && oneofOf(fieldsOf(last), union.oneof).case === set;
      if (set === undefined || !names.has(set) || !isSame) {
        list = append(list, element, context);
        continue;
      }
      context.path.push(position);
      const after = mergeElement(fieldsOf(last), element, context);
      context.path.pop();
      if (after !== last) {
        list = list.with(list.length - 1, after);
      }
    }
    return list === listBefore ? before : list.toProperty();
  };
}

/** Returns whether the payload of an arm can be continued by that of a later element. */
export function continues({ field, value }: ArmMapping): boolean {
  const option = getOption(field, mergeOption);
  if (value.kind === "message" && value.message.kind === "array") {
    return getOption(value.message.field, mergeOption) !== Merge.UNSPECIFIED;
  }
  return option === Merge.CONCATENATE;
}

function append(list: HeldList, element: unknown, context: MergeContext): HeldList {
  if (list.length > 0) {
    context.refuseChange("the elements that are there", "more elements");
  }
  context.requireElements(list.length);
  context.grow(sizeOf(element));
  return list.with(list.length, hold(element));
}
