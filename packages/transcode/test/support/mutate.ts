import type { Random } from "@stepwire/testing";

/** Bytes with a meaning in JSON, UTF-8 or Protobuf. */
const meaningful = [...'"\\{}[],:0-.eutfn '].map((character) => character.charCodeAt(0));
const bytes: readonly number[] = [...meaningful, 0x00, 0x08, 0x0a, 0x12, 0x7f, 0x80, 0xc3, 0xff];

/**
 * Corrupts bytes at one to three places: changes, inserts or removes some, or cuts off the rest.
 */
export function mutate(original: Uint8Array, random: Random): Uint8Array {
  let mutated: Uint8Array = original;
  for (let count = 1 + random.below(3); count > 0; count--) {
    mutated = mutateOnce(mutated, random);
  }
  return mutated;
}

function mutateOnce(original: Uint8Array, random: Random): Uint8Array {
  const place = random.below(original.length + 1);
  const [before, after] = [original.subarray(0, place), original.subarray(place)];
  switch (random.below(6)) {
    case 0:
      return before;
    case 1:
      return Buffer.concat([before, Uint8Array.of(random.pick(bytes) ?? 0), after]);
    case 2:
      return Buffer.concat([before, after.subarray(1 + random.below(4))]);
    case 3:
      return Buffer.concat([before, after.subarray(0, random.below(20)), after]);
    default: {
      const byte = random.chance(0.5) ? (random.pick(bytes) ?? 0) : random.below(256);
      return Buffer.concat([before, Uint8Array.of(byte), after.subarray(1)]);
    }
  }
}
