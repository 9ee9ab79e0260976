import type { DescMessage } from "@bufbuild/protobuf";
import { getMessageMapping, type MemberMapping, type MessageMapping } from "@stepwire/mapping";
import type { JsonNode } from "../src/index.js";

/** Returns the value at a JSON Pointer; undefined if there is none. */
export function resolve(document: JsonNode, pointer: string): JsonNode | undefined {
  let node: JsonNode | undefined = document;
  for (const segment of pointer.split("/").slice(1)) {
    const name = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    if (node instanceof Map) {
      node = node.get(name);
    } else {
      node = Array.isArray(node) ? node[Number(name)] : undefined;
    }
  }
  return node;
}

/** Every name of a member in a document. */
export function collectNames(node: JsonNode, names: Set<string>): void {
  if (node instanceof Map) {
    for (const [name, member] of node) {
      names.add(name);
      collectNames(member, names);
    }
  } else if (Array.isArray(node)) {
    for (const element of node) {
      collectNames(element, names);
    }
  }
}

/** Every name of a member that a message type and those within it have. */
export function memberNames(schema: DescMessage): string[] {
  const names = new Set<string>();
  const seen = new Set<MessageMapping>();
  const queue: MessageMapping[] = [getMessageMapping(schema)];
  for (let mapping = queue.pop(); mapping !== undefined; mapping = queue.pop()) {
    if (seen.has(mapping)) {
      continue;
    }
    seen.add(mapping);
    queue.push(...messagesWithin(mapping));
    for (const name of mapping.kind === "object" ? mapping.memberByName.keys() : []) {
      names.add(name);
    }
  }
  return [...names];
}

function messagesWithin(mapping: MessageMapping): MessageMapping[] {
  switch (mapping.kind) {
    case "object":
      return mapping.members.flatMap(valuesOf).flatMap(messageOf);
    case "array":
      return messageOf(mapping.element);
    case "inline":
      return mapping.arms.map(({ payload }) => payload.message);
    case "byKind":
      return mapping.arms.flatMap(({ value }) => messageOf(value));
  }
}

type Value = Extract<MemberMapping, { kind: "field" }>["value"];

function valuesOf(member: MemberMapping): Value[] {
  switch (member.kind) {
    case "field":
      return [member.value];
    case "tag":
      return member.union.arms.map(({ value }) => value);
    default:
      return [];
  }
}

function messageOf(value: Value): MessageMapping[] {
  switch (value.kind) {
    case "message":
      return [value.message];
    case "list":
      return messageOf(value.element);
    case "map":
      return messageOf(value.value);
    default:
      return [];
  }
}
