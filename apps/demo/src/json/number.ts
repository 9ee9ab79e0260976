/**
 * The form that all spellings of a decimal number share: its digits from the first
 * to the last that is not 0, and a power of ten. `-1.50e3` is `-15e2`.
 */
export function normalizeNumber(spelling: string): string {
  const [mantissa = "", exponent = "0"] = spelling.toLowerCase().split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.slice(sign.length).split(".");
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") {
    return "0";
  }
  const power =
    BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}
