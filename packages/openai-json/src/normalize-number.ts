/**
 * The form that all spellings of a decimal number share: its digits from the first
 * to the last that is not 0, and a power of ten. `-1.50e3` is `-15e2`.
 *
 * It is for those who judge what was converted; no engine goes by it.
 */
export function normalizeNumber(spelling: string): string {
  const [mantissa = "", exponent = "0"] = spelling.toLowerCase().split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.slice(sign.length).split(".");
  const digits = `${whole}${fraction}`;
  const end = endWithoutZeros(digits);
  const significant = digits.slice(0, end).replace(/^0+/, "");
  if (significant === "") {
    return "0";
  }
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - end);
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
