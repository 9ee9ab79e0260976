import { LOW_NIBBLES, skipAscii } from "./vector";
import { PLACES } from "./vector-digits";

// The errors that three half bytes in a row can be part of, one bit for each kind of error: the
// algorithm of Keiser and Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte".
const FIRST_HIGH: usize = memory.data<u8>(
  [0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x80, 0x80, 0x80, 0x80, 0x21, 0x01, 0x15, 0x49],
  16,
);
const FIRST_LOW: usize = memory.data<u8>(
  [0xe7, 0xa3, 0x83, 0x83, 0x8b, 0xcb, 0xcb, 0xcb, 0xcb, 0xcb, 0xcb, 0xcb, 0xcb, 0xdb, 0xcb, 0xcb],
  16,
);
const SECOND_HIGH: usize = memory.data<u8>(
  [0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0xe6, 0xae, 0xba, 0xba, 0x01, 0x01, 0x01, 0x01],
  16,
);
const THIRD: usize = memory.data<u64>([0x6060606060606060, 0x6060606060606060], 16);
const FOURTH: usize = memory.data<u64>([0x7070707070707070, 0x7070707070707070], 16);
const HIGH_BITS: usize = memory.data<u64>([0x8080808080808080, 0x8080808080808080], 16);

/**
 * Whether the bytes are valid UTF-8; `from` must be the start of a character. Only for the build
 * with SIMD.
 */
export function isUtf8Blocks(from: usize, end: usize): bool {
  let before = i8x16.splat(0);
  let wrong = i8x16.splat(0);
  while (true) {
    let block = v128.load(from);
    if (from + 16 > end) {
      // Zeros after the end make a character that is cut off invalid.
      const count = from < end ? end - from : 0;
      block = v128.and(block, i8x16.lt_u(v128.load(PLACES), i8x16.splat(<i8>count)));
    }
    if (i8x16.bitmask(v128.or(block, before))) {
      const one = v128.shuffle<u8>(
        before,
        block,
        15,
        16,
        17,
        18,
        19,
        20,
        21,
        22,
        23,
        24,
        25,
        26,
        27,
        28,
        29,
        30,
      );
      const two = v128.shuffle<u8>(
        before,
        block,
        14,
        15,
        16,
        17,
        18,
        19,
        20,
        21,
        22,
        23,
        24,
        25,
        26,
        27,
        28,
        29,
      );
      const three = v128.shuffle<u8>(
        before,
        block,
        13,
        14,
        15,
        16,
        17,
        18,
        19,
        20,
        21,
        22,
        23,
        24,
        25,
        26,
        27,
        28,
      );
      const special = v128.and(
        v128.and(
          i8x16.swizzle(v128.load(FIRST_HIGH), i8x16.shr_u(one, 4)),
          i8x16.swizzle(v128.load(FIRST_LOW), v128.and(one, v128.load(LOW_NIBBLES))),
        ),
        i8x16.swizzle(v128.load(SECOND_HIGH), i8x16.shr_u(block, 4)),
      );
      // The third and fourth bytes of a character: two continuation bytes in a row.
      const later = v128.or(
        i8x16.sub_sat_u(two, v128.load(THIRD)),
        i8x16.sub_sat_u(three, v128.load(FOURTH)),
      );
      wrong = v128.or(wrong, v128.xor(v128.and(later, v128.load(HIGH_BITS)), special));
    } else {
      // Two blocks of ASCII: more usually follow.
      const next = skipAscii(from, end);
      if (next > from) {
        before = i8x16.splat(0);
        from = next;
        continue;
      }
    }
    if (from >= end) {
      return !v128.any_true(wrong);
    }
    before = block;
    from += 16;
  }
}
