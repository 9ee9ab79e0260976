import type { DocumentCase } from "../case.js";
import { objectText } from "./support.js";

/** The integer fields of Integers, with the limits of their types. */
const types: readonly (readonly [member: string, minimum: bigint, maximum: bigint])[] = [
  ["a", -(2n ** 31n), 2n ** 31n - 1n],
  ["b", 0n, 2n ** 32n - 1n],
  ["c", -(2n ** 31n), 2n ** 31n - 1n],
  ["d", 0n, 2n ** 32n - 1n],
  ["e", -(2n ** 31n), 2n ** 31n - 1n],
  ["f", -(2n ** 63n), 2n ** 63n - 1n],
  ["g", 0n, 2n ** 64n - 1n],
  ["h", -(2n ** 63n), 2n ** 63n - 1n],
  ["i", 0n, 2n ** 64n - 1n],
  ["j", -(2n ** 63n), 2n ** 63n - 1n],
];

/** Spellings of integers that are valid for every type. */
const spellings: readonly (readonly [text: string, value: number])[] = [
  ["0", 0],
  ["-0", 0],
  ["0.0", 0],
  ["-0.0e-00", 0],
  ["0e99999999999999999999", 0],
  ["1", 1],
  ["1.0", 1],
  ["1.000000000000000000000000", 1],
  ["1e0", 1],
  ["1E+0", 1],
  ["1e-0", 1],
  ["10e-1", 1],
  ["0.1e1", 1],
  ["0.00000000000000000001e20", 1],
  ["100000000000000000000e-20", 1],
  ["1e3", 1000],
  ["1.5e1", 15],
  ["1.23e2", 123],
  ["2.147483647e9", 2147483647],
  ["2147483647.0", 2147483647],
  ["21474836470e-1", 2147483647],
];

/** Numbers that no integer type can hold. */
const misfits = [
  "0.5",
  "-0.5",
  "1.5",
  "1e-1",
  "15e-1",
  "1.00000000000000000000000001",
  "2147483646.5",
  "1e-400",
  "1e20",
  "1e400",
  "-1e400",
  "1e99999999999999999999",
  "1e-99999999999999999999",
  "18446744073709551616",
  "-9223372036854775809",
  "100000000000000000000",
  "123456789012345678901234567890",
];

const zeros = Object.fromEntries([...types.map(([member]) => [member, "0"]), ["l", "null"]]);

/** Cases for integers at the limits of their types, in every spelling. */
export const integerCases: readonly DocumentCase[] = [
  ...types.flatMap(([member, minimum, maximum]) => [
    held(member, String(minimum), minimum),
    held(member, String(maximum), maximum),
    held(member, `${maximum}.0`, maximum),
    held(member, `${maximum}000e-3`, maximum),
    misfit(member, String(minimum - 1n), minimum, maximum),
    misfit(member, String(maximum + 1n), minimum, maximum),
    misfit(member, `${maximum}.5`, minimum, maximum),
    misfit(member, `${maximum}0`, minimum, maximum),
  ]),
  ...spellings.map(([text, value]) => allHeld(text, value)),
  ...misfits.map(allMisfits),
  {
    name: "optional and nullable ones at zero",
    schema: "Integers",
    json: objectText({ ...zeros, k: "0", l: "0.0" }),
    message: { k: 0, l: "0" },
  },
];

function held(member: string, text: string, value: bigint): DocumentCase {
  return {
    name: `${member}: ${text}`,
    schema: "Integers",
    json: objectText({ ...zeros, [member]: text }),
    message: { [member]: String(value) },
  };
}

function misfit(member: string, text: string, minimum: bigint, maximum: bigint): DocumentCase {
  return {
    name: `${member}: not ${text}`,
    schema: "Integers",
    json: objectText({ ...zeros, [member]: text }),
    message: { jsonResidue: { members: { [member]: text } } },
    violations: [
      [
        "not_representable",
        `/${member}`,
        `Integers.${member}`,
        { expected: `an integer from ${minimum} to ${maximum}`, found: text },
      ],
    ],
  };
}

function allHeld(text: string, value: number): DocumentCase {
  const members = types.map(([member]) => member);
  return {
    name: `every type: ${text}`,
    schema: "Integers",
    json: objectText({ ...zeros, ...Object.fromEntries(members.map((each) => [each, text])) }),
    message: Object.fromEntries(members.map((each) => [each, String(value)])),
  };
}

function allMisfits(text: string): DocumentCase {
  const members = types.map(([member]) => member);
  const kept = Object.fromEntries(members.map((each) => [each, text]));
  return {
    name: `no type: ${text}`,
    schema: "Integers",
    json: objectText({ ...zeros, ...kept }),
    message: { jsonResidue: { members: kept } },
    violations: members.map((each) => ["not_representable", `/${each}`, `Integers.${each}`]),
  };
}
