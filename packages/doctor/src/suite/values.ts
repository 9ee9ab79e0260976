import { type ProbeObject, type ProbeValue, RawJson } from "./edit.js";

/** Members that no specification has, with values of all kinds. */
export const unknownMembers: ProbeObject = {
  x_probe: { text: "kept", list: [1, null, {}], none: null, empty: [] },
  x_probe_null: null,
  x_probe_flag: false,
};

const integers = [
  "9007199254740993",
  "-9223372036854775808",
  "18446744073709551615",
  "1000000000000000000000000000000",
];

/** Integers that are not doubles. */
export const bigIntegers: ProbeValue = integers.map((text) => new RawJson(text));

/** An integer that is not a double, for a known member. */
export const bigInteger: RawJson = new RawJson("9007199254740993");

/** Numbers that are spelled in an unusual way, or are no doubles. */
export const oddNumbers: ProbeValue = [
  "1e30",
  "-0",
  "1e400",
  "-1E-400",
  "0.1000000000000000055511151231257827021181583404541015625",
  "5e-324",
  "123456789.123456789123",
].map((text) => new RawJson(text));

/** Members whose names are properties of every object in some languages. */
export const objectNames: ProbeObject = Object.fromEntries(
  ["__proto__", "constructor", "toString", "hasOwnProperty", "__class__", "self", "$ref", ""].map(
    (name) => [name, { kept: true }],
  ),
);

/** Characters that are escaped, unprintable or beyond 16 bits. */
export const hardText =
  '\u0000\u001f\u007f \u2028\u2029 \ufeff \u00e9 e\u0301 \u{1f35e} \u{10ffff} \\u0041 "/</script>';

/** A text that ends with half a character. */
export const loneSurrogate: RawJson = new RawJson('"half \\ud83c"');

/** Lists within lists. */
export function nested(levels: number): ProbeValue {
  return new RawJson(`${"[".repeat(levels)}${"]".repeat(levels)}`);
}
