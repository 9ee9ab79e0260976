/**
 * Exact decimal arithmetic on JSON number texts: what a double or an integer
 * field can hold without changing the number.
 */

/** A decimal number as `0.digits * 10^exponent`, without zeros at either end. */
interface Decimal {
  readonly negative: boolean;
  /** Empty for zero. */
  readonly digits: string;
  readonly exponent: number;
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

function parseDecimal(text: string): Decimal {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = NUMBER.exec(text) ?? [];
  const all = whole + fraction;
  const leading = countLeadingZeros(all);
  return {
    negative: sign === "-",
    digits: trimTrailingZeros(all.slice(leading)),
    exponent: Number(exponent) + whole.length - leading,
  };
}

function countLeadingZeros(digits: string): number {
  let count = 0;
  while (count < digits.length && digits.charCodeAt(count) === 0x30) {
    count++;
  }
  return count;
}

function trimTrailingZeros(digits: string): string {
  let length = digits.length;
  while (length > 0 && digits.charCodeAt(length - 1) === 0x30) {
    length--;
  }
  return digits.slice(0, length);
}

/** No integer type of Protobuf has more digits. */
const LONGEST_INTEGER = 20;

/** The integer that a JSON number is; undefined if it is none or beyond 64 bits. */
export function integerOf(text: string): bigint | undefined {
  if (text.length <= 15 && /^-?\d+$/.test(text)) {
    return BigInt(text);
  }
  const { negative, digits, exponent } = parseDecimal(text);
  if (digits === "") {
    return 0n;
  }
  if (exponent < digits.length || exponent > LONGEST_INTEGER) {
    return undefined;
  }
  const magnitude = BigInt(digits.padEnd(exponent, "0"));
  return negative ? -magnitude : magnitude;
}

/** An integer literal that a double is printed as with an exponent: `1e+21` and beyond. */
const LONG_INTEGER = /^-?\d{22,}$/;

/**
 * The double that a field holds for a JSON number; undefined if the text would not come
 * back: as another number, or an integer literal as `1e+30`, which many languages read
 * as a float.
 */
export function doubleOf(text: string): number | undefined {
  return LONG_INTEGER.test(text) ? undefined : exactDoubleOf(text);
}

/**
 * The double that is the same decimal number as a JSON number; undefined if the shortest
 * decimal of the nearest double is another number.
 */
export function exactDoubleOf(text: string): number | undefined {
  const double = Number(text);
  if (!Number.isFinite(double)) {
    return undefined;
  }
  const written = String(double);
  if (written === text) {
    return double;
  }
  const before = parseDecimal(text);
  const after = parseDecimal(written);
  const same =
    before.digits === after.digits &&
    (before.digits === "" ||
      (before.exponent === after.exponent && before.negative === after.negative));
  return same ? double : undefined;
}

/** A number as JSON text; unlike JSON.stringify, it keeps the sign of -0. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
