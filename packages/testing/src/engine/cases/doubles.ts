import type { DocumentCase } from "../case.js";
import { objectText, thingMembers } from "./support.js";

/** Numbers that are given back unchanged, with the double that holds them. */
const held: readonly (readonly [text: string, value: number])[] = [
  ["0", 0],
  ["0.0", 0],
  ["0e400", 0],
  ["-0", -0],
  ["-0.0", -0],
  ["1", 1],
  ["-1", -1],
  ["1.0", 1],
  ["1.50", 1.5],
  ["1e2", 100],
  ["1E+2", 100],
  ["1e-2", 0.01],
  ["0.1", 0.1],
  ["0.10000000000", 0.1],
  ["0.3", 0.3],
  ["3.141592653589793", Math.PI],
  ["0.30000000000000004", 0.30000000000000004],
  ["1.7976931348623157e308", Number.MAX_VALUE],
  ["17976931348623157e292", Number.MAX_VALUE],
  [`17976931348623157${"0".repeat(292)}.0`, Number.MAX_VALUE],
  ["-1.7976931348623157E+308", -Number.MAX_VALUE],
  ["2.2250738585072014e-308", 2.2250738585072014e-308],
  ["2.225073858507201e-308", 2.225073858507201e-308],
  ["5e-324", Number.MIN_VALUE],
  ["1.5e-323", 1.5e-323],
  [`0.${"0".repeat(323)}5`, Number.MIN_VALUE],
  ["9007199254740991", 2 ** 53 - 1],
  ["9007199254740992", 2 ** 53],
  ["9007199254740994", 2 ** 53 + 2],
  ["-9007199254740992", -(2 ** 53)],
  ["9007199254740992.0", 2 ** 53],
  ["18446744073709552000", 2 ** 64],
  ["1e21", 1e21],
  ["1000000000000000000000.0", 1e21],
  ["10000000000000000000000e-1", 1e21],
  ["1000000000000000000000e0", 1e21],
  ["100000000000000000000", 1e20],
  ["-999999999999999900000", -999999999999999900000],
  ["1e22", 1e22],
  ["1e23", 1e23],
  ["123456789012345680000", 123456789012345680000],
  ["4.35", 4.35],
  ["0.000001", 0.000001],
  ["0.0000001", 1e-7],
  ["1e-7", 1e-7],
  ["100000000000000000000000e-23", 1],
  ["8.41e21", 8.41e21],
  ["9.5e-3", 0.0095],
  ["2.220446049250313e-16", Number.EPSILON],
  ["1.7800000000000002e-5", 1.7800000000000002e-5],
];

/** Numbers that a double would change. */
const misfits = [
  "0.10000000000000001",
  "0.1000000000000000055511151231257827",
  "9007199254740993",
  "-9007199254740993",
  "9007199254740993.0",
  "900719925474099.25",
  "18446744073709551615",
  "18446744073709551616",
  "1e309",
  "-1e309",
  "1.7976931348623158e308",
  "1.7976931348623159e308",
  "1e400",
  "1e99999999999999999999",
  "4e-324",
  "4.9406564584124654e-324",
  "2e-324",
  "1e-400",
  "-1e-400",
  "1e-99999999999999999999",
  "2.2250738585072011e-308",
  "3.14159265358979323846",
  "2.2204460492503130808e-16",
  "1.7800000000000001e-5",
  "1.00000000000000000000001",
  "123456789012345678",
  `1${"0".repeat(400)}`,
  `0.${"0".repeat(400)}1`,
];

/**
 * Integer literals that a double would print with an exponent, which many languages read as a
 * float.
 */
const longIntegers: readonly string[] = [
  "1000000000000000000000",
  "-1000000000000000000000",
  "1000000000000000000000000000000",
  "9999999999999999000000",
  "1180591620717411303424",
  `17976931348623157${"0".repeat(292)}`,
];

/** Cases for doubles, in a field and in a Value: each is given back exactly or kept as text. */
export const doubleCases: readonly DocumentCase[] = [
  ...held.map(
    ([text, value]): DocumentCase => ({
      name: shorten(text),
      schema: "Choice",
      json: `{"object":"choice","id":"c","type":"score","score":${text}}`,
      message: { id: "c", score: value },
    }),
  ),
  ...held.map(
    ([text, value]): DocumentCase => ({
      name: `${shorten(text)} within a Value`,
      schema: "Choice",
      json: `{"object":"choice","id":"c","type":"value","value":[${text}]}`,
      message: { id: "c", value: [value] },
    }),
  ),
  {
    name: "-0 in a field without presence, whose zero value may stand for it",
    schema: "Thing",
    json: objectText({ ...thingMembers, score: "-0.0" }),
  },
  ...[...misfits, ...longIntegers].map(
    (text): DocumentCase => ({
      name: `${prefix(text)}not ${shorten(text)}`,
      schema: "Choice",
      json: `{"object":"choice","id":"c","type":"score","score":${text}}`,
      message: { id: "c", jsonResidue: { members: { type: `"score"`, score: text } } },
      violations: [
        [
          "not_representable",
          "/score",
          "Choice.score",
          { expected: "a number that a double holds exactly" },
        ],
      ],
      output: `{"object":"choice","id":"c","type":"score","score":${text}}`,
    }),
  ),
  ...[...misfits, ...longIntegers].map(
    (text): DocumentCase => ({
      name: `${prefix(text)}not ${shorten(text)} within a Value`,
      schema: "Choice",
      json: `{"object":"choice","id":"c","type":"value","value":{"a":${text}}}`,
      message: { id: "c", jsonResidue: { members: { type: `"value"`, value: `{"a":${text}}` } } },
      violations: [["not_representable", "/value/a", "Choice.value"]],
      output: `{"object":"choice","id":"c","type":"value","value":{"a":${text}}}`,
    }),
  ),
];

function prefix(text: string): string {
  return longIntegers.includes(text) ? "issue 11.2: " : "";
}

function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 20)}… (${text.length} characters)`;
}
