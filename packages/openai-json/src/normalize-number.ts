import { addToInteger } from "./add-to-integer.js";

/** An integer literal that JavaScript would print with an exponent. */
const LONG_INTEGER = /^-?\d{22,}$/;

/**
 * Returns the form that all spellings of a decimal number share: its digits from the
 * first to the last that is not 0, and a power of ten. `-1.50e3` is `-15e2`.
 *
 * An integer literal of more than 21 digits is its own form: a conversion must not
 * turn it into `1e+30`, which many languages read as a float.
 *
 * Use it to compare documents before and after a conversion. The engines do not use it.
 */
export function normalizeNumber(spelling: string): string {
  if (LONG_INTEGER.test(spelling)) {
    return spelling;
  }
  const [mantissa = "", exponent = "0"] = spelling.toLowerCase().split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.slice(sign.length).split(".");
  const digits = `${whole}${fraction}`;
  const end = endWithoutZeros(digits);
  const significant = digits.slice(0, end).replace(/^0+/, "");
  if (significant === "") {
    return "0";
  }
  const power = addToInteger(exponent, digits.length - end - fraction.length);
  return `${sign}${significant}e${power}`;
}

/** A regular expression would try at each zero anew: there may be a million. */
function endWithoutZeros(digits: string): number {
  let end = digits.length;
  while (digits[end - 1] === "0") {
    end--;
  }
  return end;
}
