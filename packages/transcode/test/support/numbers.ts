import type { Random } from "@stepwire/testing";

const bits = new DataView(new ArrayBuffer(8));

/** Returns the text of a JSON number: of any size, in any spelling, often hard to round. */
export function randomNumber(random: Random): string {
  // The exact digits of a midpoint are slow to compute, so there are fewer of them.
  switch (random.below(10)) {
    case 0:
      return `${randomDigits(random, 1 + random.below(30))}${"0".repeat(random.below(25))}`;
    case 1:
      return `${randomDigits(random, 1 + random.below(20))}.${digits(random, 1 + random.below(30))}`;
    case 2:
      return respell(random, String(randomDouble(random)));
    case 3:
      return random.chance(0.1) ? halfway(randomDouble(random)) : String(random.next());
    case 4:
      return random.chance(0.1)
        ? nearHalfway(random, halfway(randomDouble(random)))
        : `-${random.next() / 256}`;
    case 5:
      return String(random.next() * 2 ** (random.below(40) - 20));
    case 6:
      // Near the largest integers that a double holds exactly.
      return String(2n ** 53n + BigInt(random.below(64)) - 32n);
    case 7:
      return `${digits(random, 1)}.${digits(random, 1 + random.below(19))}e${random.below(620) - 310}`;
    case 8:
      // Subnormal numbers, and those next to them.
      return String(fromBits(BigInt(random.next()) << BigInt(random.below(21))));
    default:
      return String(randomDouble(random));
  }
}

/** Returns a finite double of random bits. */
export function randomDouble(random: Random): number {
  for (;;) {
    const value = fromBits((BigInt(random.next()) << 32n) | BigInt(random.next()));
    if (Number.isFinite(value)) {
      return value;
    }
  }
}

function fromBits(pattern: bigint): number {
  bits.setBigUint64(0, pattern);
  return bits.getFloat64(0);
}

function toBits(value: number): bigint {
  bits.setFloat64(0, value);
  return bits.getBigUint64(0);
}

/** Returns the midpoint between a double and the next one, with all its digits. */
function halfway(value: number): string {
  const magnitude = Math.abs(value);
  const next = fromBits(toBits(magnitude) + 1n);
  return Number.isFinite(next) ? middle(magnitude, next) : String(magnitude);
}

/** Computes the exact midpoint of two neighbours: both are integers times a power of two. */
function middle(low: number, high: number): string {
  const sum = toInteger(low) + toInteger(high);
  const places = Math.max(0, 1075 - trailingZeros(sum));
  const numerator = sum >> BigInt(1075 - places);
  if (places === 0) {
    return String(numerator);
  }
  // 2^-n is 5^n / 10^n, so it has n digits after the point.
  const text = String(numerator * powerOfFive(places)).padStart(places + 1, "0");
  return `${text.slice(0, -places)}.${text.slice(-places)}`;
}

/** How often an integer other than 0 can be halved. */
function trailingZeros(value: bigint): number {
  return (value & -value).toString(2).length - 1;
}

const powersOfFive: bigint[] = [];

function powerOfFive(exponent: number): bigint {
  const power = powersOfFive[exponent] ?? 5n ** BigInt(exponent);
  powersOfFive[exponent] = power;
  return power;
}

/** Returns a double that is not negative as a multiple of 2^-1074. */
function toInteger(value: number): bigint {
  const pattern = toBits(value);
  const exponent = pattern >> 52n;
  const fraction = pattern & 0xfffffffffffffn;
  return exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n);
}

/** Returns a number that differs a little from the given one, after its last digit. */
function nearHalfway(random: Random, text: string): string {
  if (!text.includes(".")) {
    return `${text}.${"0".repeat(random.below(20))}1`;
  }
  return random.chance(0.5) ? `${text}1` : `${text.slice(0, -1)}4${"9".repeat(random.below(20))}`;
}

/** Returns the same number in another spelling. */
function respell(random: Random, text: string): string {
  const [mantissa = "0", exponent = "0"] = text.split("e");
  const zeros = "0".repeat(random.below(4));
  const longer = mantissa.includes(".") ? `${mantissa}${zeros}` : `${mantissa}.0${zeros}`;
  return `${longer}${random.pick(["e", "E"])}${random.chance(0.5) ? exponent : `${exponent.startsWith("-") ? "-" : "+"}0${exponent.replace(/^[-+]/, "")}`}`;
}

function randomDigits(random: Random, count: number): string {
  const sign = random.chance(0.3) ? "-" : "";
  return `${sign}${1 + random.below(9)}${digits(random, count - 1)}`;
}

function digits(random: Random, count: number): string {
  let text = "";
  while (text.length < count) {
    text += String(random.below(10));
  }
  return text;
}
