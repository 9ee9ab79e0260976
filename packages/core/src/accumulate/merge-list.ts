import { type DescMessage, getOption } from "@bufbuild/protobuf";
import {
  type FieldMember,
  type Fields,
  fieldsOf,
  getMessageMapping,
  type ObjectMapping,
} from "@stepwire/mapping";
import { Merge, merge as mergeOption } from "../gen/stepwire/v1/merge_pb.js";
import { blankMessage } from "./blank.js";
import type { MergeElements, MergeMessage } from "./combine.js";
import type { MergeContext } from "./context.js";
import { CONTAINER_SIZE } from "./fields.js";
import { readMember, residueOf } from "./member.js";

/** The fields of an element that tell its place in the list. */
interface PlaceFields {
  readonly mapping: ObjectMapping;
  readonly index: FieldMember;
  /** The identifier, and the local name that it has in the element that changes. */
  readonly identifier: { readonly said: FieldMember; readonly heldName: string } | undefined;
}

/**
 * The merging of lists by index; undefined if the elements of a delta have none,
 * so that a list is set as a whole.
 */
export function compileMergeByIndex(
  saidDesc: DescMessage,
  heldDesc: DescMessage,
  mergeElement: MergeMessage,
): MergeElements | undefined {
  const places = placeFields(saidDesc, heldDesc);
  if (places === undefined) {
    return undefined;
  }
  return (before, said, context) => {
    const elements = before.slice();
    for (const [position, element] of said.entries()) {
      context.path.push(position);
      const index = placeOf(places, fieldsOf(element), elements, context);
      const held = fill(elements, index, heldDesc, context);
      elements[index] = mergeElement(held, element, context);
      context.path.pop();
    }
    return Object.freeze(elements);
  };
}

/** Whether a field of a delta only tells the place of its element. */
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
  const said = find(Merge.IDENTIFIER);
  const held = said && heldDesc.fields.find(({ name }) => name === said.field.name);
  return {
    mapping,
    index,
    identifier: said && held && { said, heldName: held.localName },
  };
}

/** The place that an element of a delta changes. */
function placeOf(
  { mapping, index, identifier }: PlaceFields,
  element: Fields,
  elements: readonly unknown[],
  context: MergeContext,
): number {
  const residue = residueOf(element, mapping);
  const place = readMember(index, element, residue);
  if (place.kind === "value") {
    return Number(place.value);
  }
  if (place.kind === "text") {
    context.path.push(index.name);
    context.refuse("invalid_index", "an integer from 0", place.text.slice(0, 40));
  }
  const id = identifier && readMember(identifier.said, element, residue);
  if (identifier === undefined || id?.kind !== "value") {
    return Math.max(0, elements.length - 1);
  }
  const found = elements.findIndex((held) => fieldsOf(held)[identifier.heldName] === id.value);
  return found === -1 ? elements.length : found;
}

/** Makes the list long enough, and gives the element at a place. */
function fill(
  elements: unknown[],
  index: number,
  heldDesc: DescMessage,
  context: MergeContext,
): Fields {
  const { maxElements, maxIndexGap } = context.limits;
  if (index >= maxElements) {
    context.refuse("too_many_elements", `at most ${maxElements} elements`, `index ${index}`);
  }
  if (index - elements.length > maxIndexGap) {
    const largest = elements.length + maxIndexGap;
    context.refuse("index_gap", `an index of at most ${largest}`, `index ${index}`);
  }
  while (elements.length <= index) {
    context.grow(CONTAINER_SIZE);
    elements.push(blankMessage(heldDesc));
  }
  return fieldsOf(elements[index]);
}
