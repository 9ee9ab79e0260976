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

/**
 * The double that stands for a JSON number; undefined if the shortest decimal of
 * the nearest double is another number, that is, if the text would not come back.
 */
export function doubleOf(text: string): number | undefined {
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
