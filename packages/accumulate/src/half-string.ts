import { parseJsonString } from "@stepwire/json/internal";
import { HalfString, type JsonNode, JsonText } from "./json-node.js";

/**
 * Returns a node as a string that may contain halves of surrogate pairs; undefined if it is not a
 * string.
 */
export function halfStringOf(node: JsonNode): HalfString | undefined {
  if (node instanceof HalfString) {
    return node;
  }
  if (!(node instanceof JsonText)) {
    return undefined;
  }
  if (node.parsed === undefined) {
    const value = parseJsonString(node.text);
    node.parsed = value === undefined ? node : joinHalves(EMPTY, value);
  }
  return node.parsed instanceof HalfString ? node.parsed : undefined;
}

/** Returns a string in which all surrogate pairs are complete. */
export function wholeString(value: string): HalfString {
  return new HalfString(value, false, false);
}

/** Appends a text. The time depends only on the length of that text. */
export function joinHalves(head: HalfString, tail: string): HalfString {
  if (tail === "") {
    return head;
  }
  const startsInHalf = isLowSurrogate(tail.charCodeAt(0));
  const endsInHalf = isHighSurrogate(tail.charCodeAt(tail.length - 1));
  const rest = tail.slice(startsInHalf ? 1 : 0, endsInHalf ? -1 : undefined);
  const isBroken = head.isBroken || head.endsInHalf !== startsInHalf || !rest.isWellFormed();
  return new HalfString(head.value + tail, endsInHalf, isBroken);
}

const EMPTY = wholeString("");

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
