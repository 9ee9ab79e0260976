let seed0: u64 = 0x736f6d6570736575;
let seed1: u64 = 0x646f72616e646f6d;

export function setSeed(low: u32, high: u32): void {
  seed0 = ((<u64>high) << 32) | low;
  seed1 = seed0 * 0x9e3779b97f4a7c15 + 1;
}

let v0: u64 = 0;
let v1: u64 = 0;
let v2: u64 = 0;
let v3: u64 = 0;

function round(): void {
  v0 += v1;
  v1 = rotl(v1, 13) ^ v0;
  v0 = rotl(v0, 32);
  v2 += v3;
  v3 = rotl(v3, 16) ^ v2;
  v0 += v3;
  v3 = rotl(v3, 21) ^ v0;
  v2 += v1;
  v1 = rotl(v1, 17) ^ v2;
  v2 = rotl(v2, 32);
}

export function hash(start: usize, length: i32): u64 {
  v0 = seed0 ^ 0x736f6d6570736575;
  v1 = seed1 ^ 0x646f72616e646f6d;
  v2 = seed0 ^ 0x6c7967656e657261;
  v3 = seed1 ^ 0x7465646279746573;
  const end = start + (length & ~7);
  for (; start < end; start += 8) {
    const block = load<u64>(start);
    v3 ^= block;
    round();
    v0 ^= block;
  }
  let last: u64 = (<u64>length) << 56;
  for (let index = 0; index < (length & 7); index++) {
    last |= (<u64>load<u8>(start + index)) << ((<u64>index) << 3);
  }
  v3 ^= last;
  round();
  v0 ^= last;
  v2 ^= 0xff;
  round();
  round();
  round();
  return v0 ^ v1 ^ v2 ^ v3;
}
