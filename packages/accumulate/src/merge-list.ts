import { type DescMessage, getOption } from "@bufbuild/protobuf";
import {
  type FieldMember,
  type Fields,
  fieldsOf,
  getMessageMapping,
  type ObjectMapping,
} from "@stepwire/mapping";
import { Merge, merge as mergeOption } from "@stepwire/mapping/stepwire/json/v1/stream_pb.js";
import { blankMessage } from "./blank.js";
import type { MergeElements, MergeMessage } from "./combine.js";
import type { MergeContext } from "./context.js";
import { CONTAINER_SIZE } from "./fields.js";
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
