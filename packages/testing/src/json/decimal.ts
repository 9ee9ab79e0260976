const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const SHORT_INTEGER = /^-?[1-9]\d{0,14}$/;

/** An integer literal that a double would print with an exponent, as JavaScript prints it. */
const LONG_INTEGER = /^-?[1-9]\d{21,}$/;

/**
 * Returns a spelling that is the same for all JSON numbers of equal decimal value: the digits
 * without leading and trailing zeros, and the power of ten of the last digit. `1`, `1.0` and
 * `10e-1` give `1e0`; every zero gives `0`. An integer literal of more than 21 digits is returned
 * unchanged, because many languages read `1e30` as a float, but the written-out 10^30 as an
 * integer.
 */
export function normalizeDecimal(text: string): string {
  return LONG_INTEGER.test(text) ? text : normalizeValue(text);
}

function normalizeValue(text: string): string {
  if (SHORT_INTEGER.test(text) && !text.endsWith("0")) {
    return `${text}e0`;
  }
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = NUMBER.exec(text) ?? fail(text);
  const digits = trimStart(whole + fraction);
  if (digits === "") {
    return "0";
  }
  const significant = trimEnd(digits);
  const shift = BigInt(digits.length - significant.length - fraction.length);
  return `${sign}${significant}e${BigInt(exponent) + shift}`;
}

/**
 * Returns whether a double holds a JSON number: the shortest decimal of the nearest double is the
 * same number, and it is an integer literal if the number is one.
 */
export function fitsDouble(text: string): boolean {
  const nearest = Number(text);
  return Number.isFinite(nearest) && normalizeDecimal(String(nearest)) === normalizeDecimal(text);
}

/**
 * Returns whether `JSON.parse` keeps a number, whether it is read as a double or as an integer: the
 * number fits a double, and an integer above 2^53 equals that double exactly.
 */
export function survivesJsonParse(text: string): boolean {
  const nearest = Number(text);
  return (
    fitsDouble(text) &&
    (Math.abs(nearest) <= Number.MAX_SAFE_INTEGER ||
      normalizeValue(BigInt(nearest).toString()) === normalizeValue(text))
  );
}

function trimStart(digits: string): string {
  let start = 0;
  while (digits[start] === "0") {
    start++;
  }
  return digits.slice(start);
}

function trimEnd(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === "0") {
    end--;
  }
  return digits.slice(0, end);
}

function fail(text: string): never {
  throw new SyntaxError(`not a JSON number: ${text}`);
}
