import { addToInteger } from "./add-to-integer.js";

/*
 * Exact decimal arithmetic on the text of JSON numbers. Nothing is rounded.
 */

/** A JSON number as `0.digits * 10^exponent`. */
interface Decimal {
  readonly negative: boolean;
  /** Without zeros at either end; empty for zero. */
  readonly digits: string;
  /** The number after `e`, as written. */
  readonly exponentText: string;
  /** Is added to that number, so that all digits are after the decimal point. */
  readonly shift: number;
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const ZERO = 0x30;

function parseDecimal(text: string): Decimal {
  const [, sign = "", whole = "", fraction = "", exponentText = "0"] = NUMBER.exec(text) ?? [];
  const all = whole + fraction;
  const leading = countLeadingZeros(all);
  return {
    negative: sign === "-",
    digits: trimTrailingZeros(all.slice(leading)),
    exponentText,
    shift: whole.length - leading,
  };
}

function exponentOf({ exponentText, shift }: Decimal): number {
  return Number(exponentText) + shift;
}

function countLeadingZeros(digits: string): number {
  let count = 0;
  while (count < digits.length && digits.charCodeAt(count) === ZERO) {
    count++;
  }
  return count;
}

/** A loop: a regular expression would start again at each of what may be a million zeros. */
function trimTrailingZeros(digits: string): string {
  let length = digits.length;
  while (length > 0 && digits.charCodeAt(length - 1) === ZERO) {
    length--;
  }
  return digits.slice(0, length);
}

/** An integer literal that a double is printed as with an exponent: `1e+21` and beyond. */
const LONG_INTEGER = /^-?\d{22,}$/;

/**
 * Returns the spelling that all JSON numbers of the same value share: the digits from the
 * first to the last that is not 0, and a power of ten. `-1.50e3` is `-15e2`, any zero is `0`.
 *
 * An integer literal of more than 21 digits is returned as it is: a conversion must not
 * turn it into `1e+30`, which many languages read as a float. So is a number whose exponent
 * has more than 1,000 digits, as the time would grow with the square of their number.
 */
export function normalizeNumber(text: string): string {
  if (LONG_INTEGER.test(text)) {
    return text;
  }
  const { negative, digits, exponentText, shift } = parseDecimal(text);
  if (digits === "") {
    return "0";
  }
  // The exponent may have any number of digits, so it does not fit a double.
  const power = addToInteger(exponentText, shift - digits.length);
  return `${negative ? "-" : ""}${digits}e${power}`;
}

/** No integer type of Protobuf has more digits. */
const LONGEST_INTEGER = 20;

/** Returns the integer of a JSON number; undefined for a fraction or more than 20 digits. */
export function integerOf(text: string): bigint | undefined {
  if (text.length <= 15 && /^-?\d+$/.test(text)) {
    return BigInt(text);
  }
  const decimal = parseDecimal(text);
  const { negative, digits } = decimal;
  if (digits === "") {
    return 0n;
  }
  const exponent = exponentOf(decimal);
  if (exponent < digits.length || exponent > LONGEST_INTEGER) {
    return undefined;
  }
  const magnitude = BigInt(digits.padEnd(exponent, "0"));
  return negative ? -magnitude : magnitude;
}

/**
 * Returns the double that a field holds for a JSON number; undefined if the text would not
 * come back: as another number, or an integer literal as `1e+30`, which many languages read
 * as a float.
 */
export function doubleOf(text: string): number | undefined {
  return LONG_INTEGER.test(text) ? undefined : exactDoubleOf(text);
}

/**
 * Returns the double that equals a JSON number; undefined if the shortest decimal of the
 * nearest double is another number.
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
      (exponentOf(before) === exponentOf(after) && before.negative === after.negative));
  return same ? double : undefined;
}

/** Returns a finite number as JSON text; unlike JSON.stringify, it keeps the sign of -0. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
