import { jsonValueEnd, splitJsonArray, splitJsonObject } from "@stepwire/json/internal";
import type { MergeContext } from "./context.js";
import { CONTAINER_SIZE } from "./fields.js";
import {
  JsonList,
  type JsonMember,
  type JsonNode,
  JsonObject,
  JsonString,
  JsonText,
  memberSize,
} from "./json-node.js";
import { PersistentMap } from "./persistent-map.js";

/** Objects nested more deeply than this are replaced as a whole. */
const MAXIMUM_DEPTH = 100;

/** The member that identifies the elements of a list. */
const INDEX = "index";

/**
 * Merges JSON that the schema does not describe. Objects are merged by member name, lists by the
 * member `index` of their elements. A text is appended, unless its member name says that it is
 * replaced. Other values are replaced. Null and empty values change nothing.
 *
 * @param name the name of the member that contains the JSON; if undefined, a text is replaced.
 */
export function mergeJson(
  before: JsonNode,
  said: JsonNode,
  name: string | undefined,
  context: MergeContext,
  depth = 0,
): JsonNode {
  if (isNull(said)) {
    return before;
  }
  if (isNull(before)) {
    return said;
  }
  const merged = depth < MAXIMUM_DEPTH ? mergeAlike(before, said, name, context, depth) : undefined;
  if (merged !== undefined) {
    return merged;
  }
  if (isEmpty(said) || isSameText(before, said)) {
    return before;
  }
  if (!isEmpty(before)) {
    context.refuseChange("the value that is there", "another value");
  }
  return said;
}

/** Merges two objects, texts or indexed lists; returns undefined if they are of different kinds. */
function mergeAlike(
  before: JsonNode,
  said: JsonNode,
  name: string | undefined,
  context: MergeContext,
  depth: number,
): JsonNode | undefined {
  const held = parseNode(before, context, depth);
  const delta = parseNode(said, context, depth);
  let merged: JsonNode | undefined;
  if (held instanceof JsonObject && delta instanceof JsonObject) {
    merged = mergeObjects(held, delta, context, depth);
  } else if (held instanceof JsonString && delta instanceof JsonString) {
    merged = mergeStrings(held, delta, name, context);
  } else if (held instanceof JsonList && delta instanceof JsonList) {
    merged = mergeLists(held, delta.elements.entries(), context, depth);
  }
  return merged === held ? before : merged;
}

export function isNull(node: JsonNode): boolean {
  return node instanceof JsonText && node.text === "null";
}

/** Returns whether a node is an empty string or list, which changes nothing. */
export function isEmpty(node: JsonNode): boolean {
  return node instanceof JsonText
    ? node.text === '""' || node.text === "[]" || node.text === "{}"
    : node instanceof JsonString && node.body === "";
}

function isSameText(left: JsonNode, right: JsonNode): boolean {
  return left instanceof JsonText && right instanceof JsonText && left.text === right.text;
}

function mergeStrings(
  held: JsonString,
  { body }: JsonString,
  name: string | undefined,
  context: MergeContext,
): JsonString {
  if (body === "") {
    return held;
  }
  const isSet = name === undefined || context.limits.isSetName(name);
  if (isSet && body === held.body) {
    return held;
  }
  if (held.body !== "") {
    context.refuseChange("the text that is there", isSet ? "another text" : "more text");
  }
  return new JsonString(isSet ? body : held.body + body);
}

function mergeObjects(
  held: JsonObject,
  delta: JsonObject,
  context: MergeContext,
  depth: number,
): JsonObject {
  let { members, size } = held;
  for (const [name, said] of delta.members.entries()) {
    const before = members.get(name);
    context.path.push(name);
    if (before === undefined) {
      context.requireMembers(members.size + 1);
      size += memberSize(said.nameText) + said.node.size;
      members = members.set(name, said);
    } else {
      const node = mergeJson(before.node, said.node, name, context, depth + 1);
      if (node !== before.node) {
        size += node.size - before.node.size;
        members = members.set(name, { nameText: before.nameText, node });
      }
    }
    context.path.pop();
  }
  return members === held.members ? held : new JsonObject(members, size);
}

function mergeLists(
  held: JsonList,
  said: Iterable<readonly [number, JsonNode]>,
  context: MergeContext,
  depth: number,
): JsonList {
  let { elements, size } = held;
  for (const [index, element] of said) {
    const before = elements.get(index);
    context.path.push(index);
    if (before === undefined) {
      context.requireElements(elements.size);
    }
    const after =
      before === undefined ? element : mergeJson(before, element, undefined, context, depth + 1);
    context.path.pop();
    if (after !== before) {
      size += after.size - (before?.size ?? 0);
      elements = elements.set(index, after);
    }
  }
  return elements === held.elements ? held : new JsonList(elements, size);
}

/**
 * Parses one level of a text. A value that is not a string, an object or a list is returned
 * unchanged.
 */
function parseNode(node: JsonNode, context: MergeContext, depth: number): JsonNode {
  if (!(node instanceof JsonText)) {
    return node;
  }
  node.parsed ??= parseText(node, context, depth);
  return node.parsed;
}

function parseText(node: JsonText, context: MergeContext, depth: number): JsonNode {
  const { text } = node;
  context.requireTextLength(text.length);
  switch (text.charAt(0)) {
    case '"':
      return jsonValueEnd(text, 0) === text.length ? new JsonString(text.slice(1, -1)) : node;
    case "{":
      return parseObject(text, context) ?? node;
    case "[":
      return parseList(text, context, depth) ?? node;
    default:
      return node;
  }
}

function parseObject(text: string, context: MergeContext): JsonObject | undefined {
  const split = splitJsonObject(text);
  if (split === undefined) {
    return undefined;
  }
  context.requireMembers(split.size);
  let size = CONTAINER_SIZE;
  const members: [string, JsonMember][] = [];
  for (const [name, value] of split) {
    const nameText = JSON.stringify(name);
    size += memberSize(nameText) + value.length;
    members.push([name, { nameText, node: new JsonText(value) }]);
  }
  return new JsonObject(PersistentMap.of(members), size);
}

/**
 * Parses a list whose elements are all objects with an index. Elements with the same index are
 * merged.
 */
function parseList(text: string, context: MergeContext, depth: number): JsonList | undefined {
  const split = splitJsonArray(text);
  if (split === undefined || split.length === 0) {
    return undefined;
  }
  const elements: [number, JsonNode][] = [];
  for (const element of split) {
    const node = new JsonText(element);
    const object = element.startsWith("{") ? parseNode(node, context, depth) : undefined;
    const index = object instanceof JsonObject ? indexOf(object) : undefined;
    if (index === undefined) {
      return undefined;
    }
    elements.push([index, node]);
  }
  const none = new JsonList(PersistentMap.of(), CONTAINER_SIZE);
  return context.withoutRefusingChange(() => mergeLists(none, elements, context, depth));
}

function indexOf({ members }: JsonObject): number | undefined {
  const text = members.get(INDEX)?.node.text ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
