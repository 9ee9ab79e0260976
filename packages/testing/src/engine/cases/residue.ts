import type { DocumentCase } from "../case.js";

/** Cases for the content of the residue: the original text without white space between tokens. */
export const residueCases: readonly DocumentCase[] = [
  {
    name: "unknown members of every type",
    schema: "Part",
    json: `{"kind":"part","n":null,"t":true,"f":false,"i":1,"s":"x","a":[],"o":{}}`,
    message: {
      jsonResidue: {
        members: { n: "null", t: "true", f: "false", i: "1", s: `"x"`, a: "[]", o: "{}" },
      },
    },
    violations: [
      ["unknown_member", "/n", "Part", { found: "null" }],
      ["unknown_member", "/t", "Part", { found: "true" }],
      ["unknown_member", "/f", "Part", { found: "false" }],
      ["unknown_member", "/i", "Part", { found: "1" }],
      ["unknown_member", "/s", "Part", { found: `"x"` }],
      ["unknown_member", "/a", "Part", { found: "an array of 0" }],
      ["unknown_member", "/o", "Part", { found: "an object" }],
    ],
    output: `{"kind":"part","n":null,"t":true,"f":false,"i":1,"s":"x","a":[],"o":{}}`,
  },
  {
    name: "the spelling of numbers is kept, however large",
    schema: "Part",
    json: `{"kind":"part","x":[0,-0,0.0,1.0,1.50,1e0,1E+2,1e-0,-1.25E-07,1e400,-1e-400,12345678901234567890,0.10000000000000000001,1${"0".repeat(400)}.${"0".repeat(400)}1]}`,
    violations: [["unknown_member", "/x", "Part"]],
    output: `{"kind":"part","x":[0,-0,0.0,1.0,1.50,1e0,1E+2,1e-0,-1.25E-07,1e400,-1e-400,12345678901234567890,0.10000000000000000001,1${"0".repeat(400)}.${"0".repeat(400)}1]}`,
  },
  {
    name: "the spelling of strings is kept, in values and in names within them",
    schema: "Part",
    json: String.raw`{"kind":"part","x":{"\u0061\/b":"\u0041\u00e9\ud83d\ude00\b\f\n\r\t\"\\\/ é😀"}}`,
    message: {
      jsonResidue: {
        members: {
          x: String.raw`{"\u0061\/b":"\u0041\u00e9\ud83d\ude00\b\f\n\r\t\"\\\/ é😀"}`,
        },
      },
    },
    violations: [["unknown_member", "/x", "Part"]],
    output: String.raw`{"kind":"part","x":{"\u0061\/b":"\u0041\u00e9\ud83d\ude00\b\f\n\r\t\"\\\/ é😀"}}`,
  },
  {
    name: "the name of an unknown member is its characters, not its spelling",
    schema: "Part",
    json: String.raw`{"kind":"part","\u0061\/b\n\"\\":1}`,
    message: { jsonResidue: { members: { 'a/b\n"\\': "1" } } },
    violations: [["unknown_member", '/a~1b\n"\\', "Part"]],
    output: String.raw`{"kind":"part","a/b\n\"\\":1}`,
  },
  {
    name: "white space between tokens is removed, within strings it is not",
    schema: "Part",
    json: `{"kind":"part","x" : \t{\r\n"a b" : [ 1 , " 2 \\" 3 \\\\" , { } , [ ] ] , "c":\ttrue\n}\r }`,
    message: {
      jsonResidue: { members: { x: String.raw`{"a b":[1," 2 \" 3 \\",{},[]],"c":true}` } },
    },
    violations: [["unknown_member", "/x", "Part"]],
  },
  {
    name: "an unknown member before the known ones",
    schema: "Part",
    json: String.raw`{"x":1,"Part name / ~ \"quoted\"":"n","y":2,"kind":"part"}`,
    message: { name: "n", jsonResidue: { members: { x: "1", y: "2" } } },
    violations: [
      ["unknown_member", "/x", "Part"],
      ["unknown_member", "/y", "Part"],
    ],
    output: String.raw`{"kind":"part","Part name / ~ \"quoted\"":"n","x":1,"y":2}`,
  },
  {
    name: "every part of the residue at once",
    schema: "Lists",
    json: `{"booleans":true,"required_rows":null,"colors":[],"required_strings":["x"],"levels":null,"parts":[],"more":"y"}`,
    message: {
      requiredStrings: ["x"],
      jsonResidue: {
        members: { booleans: "true", more: `"y"` },
        nullFields: [4, 13],
        absentFields: [8, 12],
        emptyFields: [3, 10],
      },
    },
    violations: [
      ["wrong_type", "/booleans", "Lists.booleans"],
      ["wrong_type", "/required_rows", "Lists.required_rows"],
      ["unknown_member", "/more", "Lists"],
    ],
  },
];
