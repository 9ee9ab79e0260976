import type { IntegerMapping } from "@stepwire/mapping";
import { fitsDouble, survivesJsonParse } from "../json/decimal.js";
import type { Draft } from "./draft.js";

/** Numbers that a double holds exactly. */
const doubles = pool([
  "0",
  "-0",
  "-0.0",
  "0e5",
  "0E-400",
  "1",
  "1.0",
  "1e3",
  "1E+3",
  "-1e-3",
  "0.1",
  "100e-2",
  "0.30000000000000004",
  "5e-324",
  "2.2250738585072014E-308",
  "1.7976931348623157e308",
  "17976931348623157e292",
  "1e21",
  "100000000000000000000",
  "1000000000000000000000.0",
  "1e-7",
  "1e23",
  "9007199254740991",
  "9007199254740992",
  "9007199254740994",
  "-9007199254740992.000",
  "9223372036854776000",
  "123456789012345680000",
  "0.000001",
  "3.141592653589793",
]);

/** Numbers that no double holds exactly. */
const misfits = pool([
  "1e400",
  "-1e400",
  "1e-400",
  "4.9e-324",
  "2e-324",
  "9007199254740993",
  "-9007199254740993",
  "9007199254740992.5",
  "0.10000000000000001",
  "0.1000000000000000055511151231257827",
  "3.14159265358979323846",
  "1.7976931348623159e308",
  "18446744073709551615",
  "9223372036854775807",
  "1e99999999999999999999",
  "1e-99999999999999999999",
  "123456789012345678901234567890",
  "100000000000000000000000000000000000001",
  // A double would print these integers with an exponent.
  "1000000000000000000000",
  "-1000000000000000000000000000000",
]);

/** Numbers that no integer type can hold. */
const noIntegers = pool([
  "0.5",
  "-1.5",
  "1e-1",
  "1.0000000000000000001",
  "1e400",
  "-1e400",
  "1e99999999999999999999",
  "4.9e-324",
  "1e30",
]);

interface IntegerPools {
  readonly inside: readonly PooledNumber[];
  readonly outside: readonly PooledNumber[];
}

const integerPools = new Map<IntegerMapping["type"], IntegerPools>();

/** Returns a number that an integer field can hold. */
export function integerText(draft: Draft, mapping: IntegerMapping): string {
  const { random } = draft;
  if (random.chance(0.2)) {
    return draw(draft, poolsOf(mapping).inside);
  }
  return spellInteger(draft, random.chance(0.5) ? random.below(1000) : random.below(1_900_000_000));
}

/** Returns a number that an integer field cannot hold. */
export function noIntegerText(draft: Draft, mapping: IntegerMapping): string {
  return draw(draft, draft.random.chance(0.5) ? poolsOf(mapping).outside : noIntegers);
}

/** Returns a number that a double holds exactly. */
export function doubleText(draft: Draft): string {
  const { random } = draft;
  const choice = random.next() % 8;
  if (choice < 3) {
    return spellInteger(draft, random.below(1000));
  }
  if (choice < 5) {
    return draw(draft, doubles);
  }
  if (choice < 7) {
    // A double of this magnitude holds up to 15 digits exactly.
    const digits = random.below(10 ** random.pick([3, 9, 15]));
    return `${digits}${random.pick(["", "e-5", "E-12", "e1"])}`;
  }
  const scale = 10 ** (random.below(40) - 20);
  return String((random.next() / 0x100000000 + random.next()) * scale);
}

/** Returns a number that no double holds exactly. */
export function misfitText(draft: Draft): string {
  const { random } = draft;
  if (random.chance(0.5)) {
    // 18 to 20 digits; the last one is not zero.
    const digits = `${1 + random.below(9)}${digitsText(draft, 16 + random.below(3))}${1 + random.below(9)}`;
    const text = random.chance(0.5) ? `0.${digits}` : `${digits}e${random.below(20) - 10}`;
    if (!fitsDouble(text)) {
      draft.exactNumbers = false;
      return text;
    }
  }
  return draw(draft, misfits);
}

/** Returns any number. */
export function numberText(draft: Draft): string {
  return draft.random.chance(0.9) ? doubleText(draft) : misfitText(draft);
}

interface PooledNumber {
  readonly text: string;
  readonly exact: boolean;
}

function pool(texts: readonly string[]): readonly PooledNumber[] {
  return texts.map((text) => ({ text, exact: survivesJsonParse(text) }));
}

function draw(draft: Draft, numbers: readonly PooledNumber[]): string {
  const { text, exact } = draft.random.pick(numbers) ?? { text: "0", exact: true };
  draft.exactNumbers &&= exact;
  return text;
}

function digitsText(draft: Draft, count: number): string {
  return String(draft.random.below(1e9)).padStart(9, "0").repeat(3).slice(0, count);
}

/** Writes a small integer, sometimes with a fraction or exponent that does not change its value. */
function spellInteger(draft: Draft, integer: number): string {
  if (!draft.escaped || draft.random.chance(0.7)) {
    return String(integer);
  }
  switch (draft.random.below(6)) {
    case 0:
      return `${integer}.0`;
    case 1:
      return `${integer}e0`;
    case 2:
      return `${integer}.000E+00`;
    case 3:
      return shifted(`${integer}`, 2);
    case 4:
      return shifted(`${integer}`, 1);
    default:
      return integer % 10 === 0 ? `${integer / 10}e1` : `${integer}E-0`;
  }
}

/** Writes an integer with additional zeros and an exponent that compensates for them. */
function shifted(integer: string, zeros: number): string {
  return `${integer === "0" ? "" : integer}${"0".repeat(integer === "0" ? 1 : zeros)}e-${zeros}`;
}

function poolsOf(mapping: IntegerMapping): IntegerPools {
  const known = integerPools.get(mapping.type);
  if (known !== undefined) {
    return known;
  }
  const { minimum, maximum } = mapping;
  const edges = [-1n, 0n, 1n].flatMap((step) => [
    minimum + step,
    maximum + step,
    (1n << 31n) + step,
    (1n << 32n) + step,
    (1n << 53n) + step,
    -(1n << 53n) + step,
    (1n << 63n) + step,
    (1n << 64n) + step,
    step,
  ]);
  const spellings = edges.flatMap((edge) =>
    [`${edge}`, `${edge}.0`, shifted(`${edge}`, 1)].map((text) => ({
      text,
      exact: survivesJsonParse(text),
      inside: edge >= minimum && edge <= maximum,
    })),
  );
  const zeros = pool(["-0", "-0.0", "0e9", "0.000", "1e3", "1.5e1", "1E+1"]);
  const pools: IntegerPools = {
    inside: [...spellings.filter(({ inside }) => inside), ...zeros],
    outside: spellings.filter(({ inside }) => !inside),
  };
  integerPools.set(mapping.type, pools);
  return pools;
}
