import type { DocumentCase } from "../case.js";

/** Valid but unusual JSON values. */
const values = [
  "null",
  "true",
  "false",
  "0",
  "-0",
  "-1",
  "10",
  "0.5",
  "-0.5",
  "1.25",
  "1e5",
  "1E5",
  "1e+5",
  "1e-5",
  "1E-05",
  "0e0",
  "-0e-0",
  "0.0e+00",
  "123.456e-7",
  `""`,
  `"a"`,
  `" "`,
  `"\\u0000"`,
  `"\u007f"`,
  "[]",
  "{}",
  "[[]]",
  "[{}]",
  `{"":{}}`,
  '[null,true,false,0,"",[],{}]',
  `{"a":{"b":{"c":[{"d":null}]}}}`,
  "[[[[[[[[1]]]]]]]]",
  "[1,[2,[3,[4]],5],6]",
  `{"a":1,"b":2,"A":3,"aa":4}`,
];

/** JSON with every kind of white space between all tokens. */
const spaced = [
  " [ ] ",
  "\t[\n]\r",
  "\r\n{\r\n}\r\n",
  ` [ 1 , 2\t,\n3\r] `,
  `\n{\n\t"a"\n:\n1\n,\n"b"\r:\r[\t]\n}\n`,
  "[ \t\n\r \t\n\r1 \t\n\r \t\n\r]",
  `${" ".repeat(100)}null${"\n".repeat(100)}`,
];

/** Cases for valid JSON by RFC 8259, in every place for a value. */
export const acceptedCases: readonly DocumentCase[] = [...values, ...spaced].map(
  (value): DocumentCase => ({
    name: JSON.stringify(value.length <= 60 ? value : `${value.slice(0, 20)}…`).slice(1, -1),
    schema: "Texts",
    json: `{"required_value":[${value}],"required_text":${value},"nullable_value":{"a":${value}},"nullable_text":null,"x":${value}}`,
    violations: [["unknown_member", "/x", "Texts"]],
  }),
);
