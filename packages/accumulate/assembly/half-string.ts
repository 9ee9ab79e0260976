import { appendText, countUnits, newText, Text } from "./base";
import { HALF_STRING, HalfString, JSON_TEXT, JsonNode, JsonText } from "./json-node";
import { appendCode, isHigh, isLow, parseJsonString, surrogateAt } from "./quote";

/** Returns a string in which all surrogate pairs are complete. */
export function wholeString(value: Text): HalfString {
  return new HalfString(value, 0, false);
}

/**
 * Returns a node as a string that may contain halves of surrogate pairs; null if it is not a string.
 */
export function halfStringOf(node: JsonNode): HalfString | null {
  if (node.kind === HALF_STRING) {
    return changetype<HalfString>(node);
  }
  if (node.kind !== JSON_TEXT) {
    return null;
  }
  const text = changetype<JsonText>(node);
  if (text.parsed === null) {
    const value = parseJsonString(text.text.start, text.text.length);
    text.parsed = value === null ? text : joinHalves(wholeString(newText(0, 0, 0)), value);
  }
  const parsed = changetype<JsonNode>(text.parsed);
  return parsed.kind === HALF_STRING ? changetype<HalfString>(parsed) : null;
}

/** Appends a text. The time depends only on the length of that text. */
export function joinHalves(head: HalfString, tail: Text): HalfString {
  if (tail.length === 0) {
    return head;
  }
  let start = tail.start;
  let length = tail.length;
  const first = length >= 3 ? surrogateAt(start) : 0;
  const startsInHalf = isLow(first);
  if (startsInHalf) {
    start += 3;
    length -= 3;
  }
  let half = length >= 3 ? surrogateAt(start + length - 3) : 0;
  if (isHigh(half)) {
    length -= 3;
  } else {
    half = 0;
  }
  const isBroken =
    head.isBroken || (head.half !== 0) !== startsInHalf || hasSurrogate(start, length);
  let value = head.value;
  if (head.half !== 0 && startsInHalf) {
    value = appendCode(value, 0x10000 + ((head.half & 0x3ff) << 10) + (first & 0x3ff));
  } else if (head.half !== 0) {
    value = appendCode(value, head.half);
  } else if (startsInHalf) {
    value = appendCode(value, first);
  }
  value = appendText(value, start, length, countUnits(start, length));
  return new HalfString(value, half, isBroken);
}

function hasSurrogate(start: usize, length: i32): bool {
  for (const end = start + length - 2; start < end; start++) {
    if (load<u8>(start) === 0xed && load<u8>(start, 1) >= 0xa0) {
      return true;
    }
  }
  return false;
}
