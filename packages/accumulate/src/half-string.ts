import { parseJsonString } from "@stepwire/json";
import { HalfString, type JsonNode, JsonText } from "./json-node.js";

/** The string that a node is, with what is known of its halves; undefined if it is none. */
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

/** A string of which every character is whole. */
export function wholeString(value: string): HalfString {
  return new HalfString(value, false, false);
}

/** Appends a text, in time that depends on the text alone. */
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
