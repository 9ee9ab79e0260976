/* Merges JSON that the schema does not describe. */

import { concatenate, freezeNodes, isSameText, newText, Text } from "./base";
import * as context from "./context";
import {
  CONTAINER_SIZE,
  isEmptyNode,
  isNullNode,
  JSON_LIST,
  JSON_OBJECT,
  JSON_STRING,
  JSON_TEXT,
  JsonList,
  JsonMember,
  JsonNode,
  JsonObject,
  JsonString,
  JsonText,
} from "./json-node";
import { splitJsonArray, splitJsonObject, valueEnd } from "./json-split";
import { OrderedMap } from "./ordered-map";
import { quote } from "./quote";

/** Objects nested more deeply than this are replaced as a whole. */
const MAXIMUM_DEPTH = 100;

/** Returns the size of an object member without its value. */
export function memberSize(name: Text): i64 {
  return CONTAINER_SIZE + name.units;
}

/**
 * Merges two values. Objects are merged by member name, lists by the member `index` of their
 * elements. A text is appended, unless its member name says that it is replaced. Other values are
 * replaced. Null and empty values change nothing.
 *
 * @param name - The name of the member that contains the JSON; if null, a text is replaced.
 */
export function mergeJson(
  before: JsonNode,
  said: JsonNode,
  name: Text | null,
  depth: i32,
): JsonNode {
  if (isNullNode(said)) {
    return before;
  }
  if (isNullNode(before)) {
    return said;
  }
  if (depth < MAXIMUM_DEPTH) {
    const merged = mergeAlike(before, said, name, depth);
    if (merged !== null) {
      return merged;
    }
  }
  if (isEmptyNode(said) || hasSameText(before, said)) {
    return before;
  }
  if (!isEmptyNode(before)) {
    context.refuseChange("the value that is there", "another value");
  }
  return said;
}

function hasSameText(left: JsonNode, right: JsonNode): bool {
  return (
    left.kind === JSON_TEXT &&
    right.kind === JSON_TEXT &&
    isSameText(changetype<JsonText>(left).text, changetype<JsonText>(right).text)
  );
}

/** Merges two objects, texts or indexed lists; returns null if they are of different kinds. */
function mergeAlike(
  before: JsonNode,
  said: JsonNode,
  name: Text | null,
  depth: i32,
): JsonNode | null {
  const held = parseNode(before, depth);
  const delta = parseNode(said, depth);
  if (held.kind !== delta.kind) {
    return null;
  }
  let merged: JsonNode | null = null;
  switch (held.kind) {
    case JSON_OBJECT:
      merged = mergeObjects(changetype<JsonObject>(held), changetype<JsonObject>(delta), depth);
      break;
    case JSON_STRING:
      merged = mergeStrings(changetype<JsonString>(held), changetype<JsonString>(delta).body, name);
      break;
    case JSON_LIST:
      merged = mergeLists(changetype<JsonList>(held), changetype<JsonList>(delta).elements, depth);
      break;
    default:
      break;
  }
  return merged === held ? before : merged;
}

function mergeStrings(held: JsonString, body: Text, name: Text | null): JsonString {
  if (body.length === 0) {
    return held;
  }
  const isSet = name === null || context.isSetName(name);
  if (isSet && isSameText(body, held.body)) {
    return held;
  }
  if (held.body.length > 0) {
    context.refuseChange("the text that is there", isSet ? "another text" : "more text");
  }
  return new JsonString(isSet ? body : concatenate(held.body, body));
}

function mergeObjects(held: JsonObject, delta: JsonObject, depth: i32): JsonObject {
  let members = held.members;
  let size = held.ownSize;
  const saidMembers = delta.members;
  for (let place = 0; place < saidMembers.placeCount && context.refusal === 0; place++) {
    const entry = saidMembers.entryAt(place);
    if (entry === null) {
      continue;
    }
    const name = entry.key;
    const said = changetype<JsonMember>(entry.value);
    const before = changetype<JsonMember | null>(members.getText(name));
    context.pushName(name.start, name.length);
    if (before === null) {
      context.requireMembers(members.size + 1);
      size += memberSize(said.nameText) + said.node.size;
      members = members.set(name, said);
    } else {
      const node = mergeJson(before.node, said.node, name, depth + 1);
      if (node !== before.node) {
        size += node.size - before.node.size;
        members = members.set(name, new JsonMember(before.nameText, node));
      }
    }
    context.pop();
  }
  return members === held.members ? held : new JsonObject(members, size);
}

function mergeLists(held: JsonList, said: OrderedMap, depth: i32): JsonList {
  let list = held;
  for (let place = 0; place < said.placeCount && context.refusal === 0; place++) {
    const entry = said.entryAt(place);
    if (entry !== null) {
      list = mergeElement(list, entry.key, changetype<JsonNode>(entry.value), depth);
    }
  }
  return list;
}

function mergeElement(list: JsonList, index: Text, element: JsonNode, depth: i32): JsonList {
  const elements = list.elements;
  const before = changetype<JsonNode | null>(elements.getText(index));
  context.pushName(index.start, index.length);
  if (before === null) {
    context.requireElements(elements.size);
  }
  const after = before === null ? element : mergeJson(before, element, null, depth + 1);
  context.pop();
  if (after === before) {
    return list;
  }
  const size = list.ownSize + after.size - (before === null ? 0 : before.size);
  return new JsonList(elements.set(index, after), size);
}

/** Parses one level of a text. A value that is not a string, an object or a list is returned unchanged. */
function parseNode(node: JsonNode, depth: i32): JsonNode {
  if (node.kind !== JSON_TEXT) {
    return node;
  }
  const text = changetype<JsonText>(node);
  if (text.parsed === null) {
    const parsed = parseText(text, depth);
    if (context.refusal !== 0) {
      return node;
    }
    text.parsed = parsed;
    // What was parsed belongs to the text, which stays if the event is refused.
    freezeNodes();
  }
  return changetype<JsonNode>(text.parsed);
}

function parseText(node: JsonText, depth: i32): JsonNode {
  const text = node.text;
  context.requireTextLength(text.units);
  if (context.refusal !== 0 || text.length === 0) {
    return node;
  }
  const end = text.start + text.length;
  let parsed: JsonNode | null = null;
  switch (load<u8>(text.start)) {
    case 0x22:
      if (valueEnd(text.start, end) === end) {
        const length = text.length - 2;
        parsed = new JsonString(newText(text.start + 1, length, text.units - 2));
      }
      break;
    case 0x7b:
      parsed = parseObject(text);
      break;
    case 0x5b:
      parsed = parseList(text, depth);
      break;
    default:
      break;
  }
  return parsed === null ? node : parsed;
}

function parseObject(text: Text): JsonObject | null {
  const split = splitJsonObject(text);
  if (split === null) {
    return null;
  }
  context.requireMembers(split.length);
  let size = CONTAINER_SIZE;
  let members = OrderedMap.empty();
  for (let index = 0; index < split.length; index++) {
    const name = split[index].key;
    const nameText = quote(name);
    const node = changetype<JsonText>(split[index].value);
    size += memberSize(nameText) + node.size;
    members = members.set(name, new JsonMember(nameText, node));
  }
  return new JsonObject(members, size);
}

/**
 * Parses a list whose elements are all objects with an index. Elements with the same index are
 * merged.
 */
function parseList(text: Text, depth: i32): JsonList | null {
  const split = splitJsonArray(text);
  if (split === null || split.length === 0) {
    return null;
  }
  const nodes = new Array<JsonText>(0);
  const indexes = new Array<Text>(0);
  for (let position = 0; position < split.length; position++) {
    const element = split[position];
    const node = new JsonText(element);
    const isObject = element.length > 0 && load<u8>(element.start) === 0x7b;
    const object = isObject ? parseNode(node, depth) : node;
    const index: Text | null =
      object.kind === JSON_OBJECT ? indexOf(changetype<JsonObject>(object)) : null;
    if (index === null || context.refusal !== 0) {
      return null;
    }
    nodes.push(node);
    indexes.push(index);
  }
  let list = new JsonList(OrderedMap.empty(), CONTAINER_SIZE);
  const ended = context.setEnded(false);
  for (let position = 0; position < nodes.length && context.refusal === 0; position++) {
    list = mergeElement(list, indexes[position], nodes[position], depth);
  }
  context.setEnded(ended);
  return list;
}

/** Returns the member `index` in decimal without leading zeros; null if there is none. */
function indexOf(object: JsonObject): Text | null {
  const name = changetype<usize>(INDEX);
  const member = changetype<JsonMember | null>(object.members.get(name, INDEX.length));
  if (member === null || member.node.kind !== JSON_TEXT) {
    return null;
  }
  const text = changetype<JsonText>(member.node).text;
  if (text.length === 0 || text.length > 15) {
    return null;
  }
  let zeros = 0;
  for (let index = 0; index < text.length; index++) {
    const digit = <u32>load<u8>(text.start + index) - 0x30;
    if (digit > 9) {
      return null;
    }
    zeros += i32(digit === 0 && zeros === index);
  }
  zeros = min(zeros, text.length - 1);
  return newText(text.start + zeros, text.length - zeros, text.length - zeros);
}

/** The member that identifies the elements of a list. */
const INDEX: StaticArray<u8> = [0x69, 0x6e, 0x64, 0x65, 0x78];
