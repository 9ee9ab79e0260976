/** The digits that `BigInt` adds: more than a number that is added has. */
const SHORT = 20;
const LIMIT = 10n ** BigInt(SHORT);

/**
 * Adds a safe integer to an integer literal of any length, in linear time. `BigInt` takes
 * longer than that to read and write long literals.
 */
export function addToInteger(literal: string, addend: number): string {
  const sign = literal.startsWith("-") ? "-" : "";
  const magnitude = literal.replace(/^[+-]?0*/, "");
  if (magnitude.length <= SHORT) {
    return `${BigInt(`${sign}0${magnitude}`) + BigInt(addend)}`;
  }
  const low = BigInt(magnitude.slice(-SHORT)) + BigInt(sign === "" ? addend : -addend);
  const carry = low < 0n ? -1 : low >= LIMIT ? 1 : 0;
  const high = addOne(magnitude.slice(0, -SHORT), carry);
  const rest = `${low - BigInt(carry) * LIMIT}`.padStart(SHORT, "0");
  return `${sign}${`${high}${rest}`.replace(/^0+/, "")}`;
}

/** Adds 1, 0 or -1 to the digits of an integer above 0. */
function addOne(digits: string, carry: -1 | 0 | 1): string {
  if (carry === 0) {
    return digits;
  }
  const [passing, passed] = carry === 1 ? ["9", "0"] : ["0", "9"];
  let end = digits.length;
  while (end > 0 && digits[end - 1] === passing) {
    end--;
  }
  const head = end === 0 ? "1" : `${digits.slice(0, end - 1)}${Number(digits[end - 1]) + carry}`;
  return `${head}${passed.repeat(digits.length - end)}`;
}
