import type { DocumentCase } from "../case.js";

/** Returns nested arrays. */
function nested(levels: number, inner = ""): string {
  return "[".repeat(levels) + inner + "]".repeat(levels);
}

/** Cases for the limits on depth and size; the document itself is the first level. */
export const limitCases: readonly DocumentCase[] = [
  {
    name: "depth 1 is the document alone",
    schema: "Part",
    json: `{"kind":"part","x":1}`,
    violations: [["unknown_member", "/x", "Part"]],
    limits: { maxDepth: 1 },
  },
  {
    name: "depth 1 and an empty array",
    schema: "Part",
    json: `{"kind":"part","x":[]}`,
    violations: [
      ["too_deep", "/x", "", { expected: "at most 1 levels", found: "one more", offset: 19 }],
    ],
    limits: { maxDepth: 1 },
  },
  {
    name: "depth 1 and a known object",
    schema: "Thing",
    json: `{"part":{}}`,
    violations: [["too_deep", "/part", "", { offset: 8 }]],
    limits: { maxDepth: 1 },
  },
  {
    name: "depth 3, just so, in every place",
    schema: "Maps",
    json: `{"values":{"a":[],"b":{}},"parts":{"p":{"kind":"part"}},"rows":{"r":[1]},"texts":{"t":[0]},"x":[[],{}]}`,
    message: {
      values: { a: [], b: {} },
      parts: { p: {} },
      rows: { r: { cells: [1] } },
      texts: { t: "[0]" },
      jsonResidue: { members: { x: "[[],{}]" } },
    },
    violations: [["unknown_member", "/x", "Maps"]],
    limits: { maxDepth: 3 },
  },
  tooDeep("a Value", `{"values":{"a":[[]]}}`, "/values/a/0"),
  tooDeep("an object of a map", `{"parts":{"a":{"x":{}}}}`, "/parts/a/x"),
  tooDeep("an array of a map", `{"rows":{"a":[[]]}}`, "/rows/a/0"),
  tooDeep("a verbatim text", `{"texts":{"a":[{}]}}`, "/texts/a/0"),
  tooDeep("an unknown member", `{"x":[{"y":[]}]}`, "/x/0/y"),
  tooDeep("a member of another type", `{"strings":[[[]]]}`, "/strings/0/0"),
  tooDeep("the second element", `{"x":[[1],[2,[3]]]}`, "/x/1/1"),
  {
    name: "another document, whole",
    schema: "Document",
    json: `{"a":[[[]]]}`,
    violations: [["too_deep", "/a/0/0", ""]],
    limits: { maxDepth: 3 },
  },
  {
    name: "100 levels by default",
    schema: "Part",
    json: `{"kind":"part","x":${nested(99)}}`,
    message: { jsonResidue: { members: { x: nested(99) } } },
    violations: [["unknown_member", "/x", "Part"]],
  },
  {
    name: "101 levels by default",
    schema: "Part",
    json: `{"kind":"part","x":${nested(100)}}`,
    violations: [["too_deep", `/x${"/0".repeat(99)}`, "", { offset: 118 }]],
  },
  {
    name: "1,000 levels at most",
    schema: "Part",
    json: `{"kind":"part","x":${nested(999, "{}")}}`,
    violations: [["too_deep", `/x${"/0".repeat(999)}`, "", { expected: "at most 1000 levels" }]],
    limits: { maxDepth: 1000 },
  },
  {
    name: "1,000 levels, just so",
    schema: "Part",
    json: `{"kind":"part","x":${nested(998, "{}")}}`,
    message: { jsonResidue: { members: { x: nested(998, "{}") } } },
    violations: [["unknown_member", "/x", "Part"]],
    limits: { maxDepth: 1000 },
  },
  {
    name: "a Value of 24 levels",
    schema: "Choice",
    json: `{"object":"choice","id":"c","type":"value","value":${nested(23, `{"a":1}`)}}`,
  },
  {
    name: "a Value of 25 levels",
    schema: "Choice",
    json: `{"object":"choice","id":"c","type":"value","value":${nested(24, `{"a":1}`)}}`,
    message: {
      id: "c",
      jsonResidue: { members: { type: `"value"`, value: nested(24, `{"a":1}`) } },
    },
    violations: [
      [
        "not_representable",
        `/value${"/0".repeat(24)}`,
        "Choice.value",
        { expected: "a value of at most 24 levels" },
      ],
    ],
  },
  {
    name: "a map of Values: the map itself is no level of them",
    schema: "Maps",
    json: `{"values":{"a":${nested(24)}},"parts":{}}`,
    limits: { maxDepth: 26 },
  },
  {
    name: "as many bytes as are allowed",
    schema: "Part",
    json: ` {"kind":"part"}`,
    message: {},
    limits: { maxBytes: 16 },
  },
  {
    name: "one byte more",
    schema: "Part",
    json: `{"kind":"part"}  `,
    violations: [["too_large", "", "", { expected: "at most 16 bytes", found: "17 bytes" }]],
    limits: { maxBytes: 16 },
  },
  {
    name: "bytes are counted, not characters",
    schema: "Part",
    json: `{"kind":"😀é"}`,
    violations: [["too_large", "", "", { found: "17 bytes" }]],
    limits: { maxBytes: 16 },
  },
  {
    name: "what is too large is not looked into",
    schema: "Part",
    json: "\u0000 no JSON at all",
    violations: [["too_large", "", ""]],
    limits: { maxBytes: 4 },
  },
];

function tooDeep(name: string, json: string, pointer: string): DocumentCase {
  return {
    name: `depth 3 and ${name} that is deeper`,
    schema: "Maps",
    json,
    violations: [["too_deep", pointer, "", { expected: "at most 3 levels" }]],
    limits: { maxDepth: 3 },
  };
}
