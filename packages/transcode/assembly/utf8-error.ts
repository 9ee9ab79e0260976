import {
  LARGEST_NEXT,
  LAST_LEAD,
  LEAD_2,
  LEAD_3,
  LEAD_4,
  LEAD_SURROGATES,
  LEAST_NEXT,
  NOT_ASCII,
  SECOND_3,
  SECOND_4,
} from "./utf8-bytes";

/**
 * Returns the offset of the first invalid byte of UTF-8, or `end` if a character is cut off; 0 if
 * all bytes are valid.
 */
export function invalidUtf8At(from: usize, end: usize): usize {
  let at = from;
  while (at < end) {
    const first = load<u8>(at++);
    if (first < NOT_ASCII) {
      continue;
    }
    if (first < LEAD_2 || first > LAST_LEAD) {
      return at - 1;
    }
    // The valid range of the second byte depends on the first.
    let low = LEAST_NEXT;
    let high = LARGEST_NEXT;
    if (first === LEAD_3) {
      low = SECOND_3;
    } else if (first === LEAD_SURROGATES) {
      high = SECOND_3 - 1;
    } else if (first === LEAD_4) {
      low = SECOND_4;
    } else if (first === LAST_LEAD) {
      high = SECOND_4 - 1;
    }
    for (let rest = first < LEAD_3 ? 1 : first < LEAD_4 ? 2 : 3; rest > 0; rest--) {
      if (at === end) {
        return end;
      }
      const byte = load<u8>(at);
      if (byte < low || byte > high) {
        return at;
      }
      low = LEAST_NEXT;
      high = LARGEST_NEXT;
      at++;
    }
  }
  return 0;
}
