import { QUOTE, SPACE } from "./characters";
import { BLOCK, copySpecial, firstOf } from "./vector";

/**
 * Copies the text of a JSON value without the white space between its tokens. Returns the end of
 * the output.
 */
export function copyCompact(to: usize, from: usize, end: usize, withSpace: bool): usize {
  if (!withSpace) {
    memory.copy(to, from, end - from);
    return to + (end - from);
  }
  while (from < end) {
    const byte = load<u8>(from);
    if (byte <= SPACE) {
      from++;
    } else if (byte === QUOTE) {
      store<u8>(to++, byte);
      from++;
      while (true) {
        const special = copySpecial(to, from);
        if (!special) {
          from += BLOCK;
          to += BLOCK;
          continue;
        }
        from += firstOf(special);
        to += firstOf(special);
        if (load<u8>(from) === QUOTE) {
          break;
        }
        store<u16>(to, load<u16>(from));
        to += 2;
        from += 2;
      }
      store<u8>(to++, QUOTE);
      from++;
    } else {
      store<u8>(to++, byte);
      from++;
    }
  }
  return to;
}
