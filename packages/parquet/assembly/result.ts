// The result of a call: words at a fixed place. See docs/columns-abi.md.

/** The address of the words. */
export const RESULT: usize = 64;
const WORDS: usize = 16;

export const CODE: usize = 0;
export const OFFSET: usize = 1;

export const MALFORMED_BINARY: u32 = 15;
export const OUT_OF_MEMORY: u32 = 17;

// @inline
export function setWord(word: usize, value: u32): void {
  store<u32>(RESULT + (word << 2), value);
}

// @inline
export function setLong(word: usize, value: u64): void {
  store<u64>(RESULT + (word << 2), value);
}

export function clearWords(): void {
  memory.fill(RESULT, 0, WORDS << 2);
}
