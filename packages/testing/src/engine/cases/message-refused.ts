import type { MessageCase } from "../case.js";

const thing = { id: "t", color: "COLOR_RED", part: {}, flag: true, score: 1.5 };
const choice = { id: "c", flag: true };

/** Cases for messages that have no JSON form. */
export const refusedMessageCases: readonly MessageCase[] = [
  {
    name: "a required message is unset",
    schema: "Thing",
    message: { color: "COLOR_RED" },
    violations: [
      ["missing_member", "/part", "Thing.part", { expected: "a set field", found: "nothing" }],
    ],
  },
  {
    name: "required messages are unset at every depth; all are reported",
    schema: "Thing",
    message: {
      color: "COLOR_RED",
      parent: { color: "COLOR_RED", texts: {} },
      lists: {},
    },
    violations: [
      ["missing_member", "/parent/part", "Thing.part"],
      ["missing_member", "/parent/texts/required_value", "Texts.required_value"],
      ["invalid_residue", "/parent/texts/required_text", "Texts.required_text"],
      ["missing_member", "/part", "Thing.part"],
      ["missing_member", "/lists/required_rows", "Lists.required_rows"],
    ],
  },
  {
    name: "a union with a required tag is unset",
    schema: "Choice",
    message: { id: "c" },
    violations: [
      ["missing_member", "/type", "Choice.choice", { expected: "a set oneof", found: "nothing" }],
    ],
  },
  {
    name: "an adjacent union is unset",
    schema: "OpenEvent",
    message: {},
    violations: [["missing_member", "/event", "OpenEvent.event"]],
  },
  {
    name: "an inline union is unset",
    schema: "Document",
    message: {},
    violations: [["missing_member", "", "Document.document"]],
  },
  {
    name: "an inline union within an object is unset",
    schema: "Thing",
    message: { ...thing, document: {} },
    violations: [["missing_member", "/document", "Document.document"]],
  },
  {
    name: "an enum's 0 without a string",
    schema: "Thing",
    message: { part: {} },
    violations: [["unknown_value", "/color", "Thing.color", { found: "0" }]],
  },
  {
    name: "enum numbers that the schema does not have",
    schema: "Lists",
    message: { colors: [7, "COLOR_RED", -7], levels: [3], requiredRows: {} },
    violations: [
      ["unknown_value", "/colors/0", "Lists.colors", { found: "7" }],
      ["unknown_value", "/colors/2", "Lists.colors", { found: "-7" }],
      ["unknown_value", "/levels/0", "Lists.levels", { found: "3" }],
    ],
  },
  {
    name: "an enum number within a map, and as a payload",
    schema: "Thing",
    message: { ...thing, maps: { colors: { x: 7 } }, choices: [{ color: 8 }] },
    violations: [
      ["unknown_value", "/maps/colors/x", "Maps.colors"],
      ["unknown_value", "/choices/0/color", "Choice.color"],
    ],
  },
  {
    name: "an optional enum that is set to a number without a string, whatever the residue says",
    schema: "Thing",
    message: {
      ...thing,
      background: "COLOR_UNSPECIFIED",
      jsonResidue: { members: { background: `"blue"` } },
    },
    violations: [["unknown_value", "/background", "Thing.background", { found: "0" }]],
  },
  {
    name: "NaN and infinities",
    schema: "Thing",
    message: {
      ...thing,
      score: "NaN",
      nullableScore: "-Infinity",
      maps: { doubles: { x: "Infinity" } },
      choices: [{ score: "NaN" }],
    },
    violations: [
      ["not_representable", "/score", "Thing.score", { expected: "a finite number", found: "NaN" }],
      ["not_representable", "/nullable_score", "Thing.nullable_score", { found: "-Infinity" }],
      ["not_representable", "/maps/doubles/x", "Maps.doubles", { found: "Infinity" }],
      ["not_representable", "/choices/0/score", "Choice.score"],
    ],
  },
  {
    name: "NaN within a Value",
    schema: "Choice",
    // A Value in an arm, with a list that contains the number 0x7ff8000000000000 (NaN).
    message: [
      {
        field: 9,
        message: [
          { field: 6, message: [{ field: 1, message: [{ field: 2, double: Number.NaN }] }] },
        ],
      },
    ],
    violations: [["not_representable", "/value/0", "Choice.value", { found: "NaN" }]],
  },
  {
    name: "a Value without a kind",
    schema: "Texts",
    message: [
      { field: 3, message: [] },
      { field: 4, text: "1" },
    ],
    violations: [["not_representable", "/required_value", "Texts.required_value"]],
  },
  ...[
    ["nothing but white space", " \n"],
    ["a word", "abc"],
    ["two values", "1 2"],
    ["a number that is none", "01"],
    ["an array that is not closed", "[1"],
    ["a string that is not closed", '"a'],
    ["a comment", "1 /* one */"],
    ["a byte order mark", "\ufeff1"],
    ["NUL", "1\u0000"],
    ["a duplicate member", '{"a":1,"a":2}'],
    ["a duplicate member by escapes", '[{"a":1,"\\u0061":2}]'],
    ["a name with a lone surrogate", '{"\\ud800":1}'],
    ["100 levels, below the document", "[".repeat(100) + "]".repeat(100)],
  ].flatMap(([what = "", text = ""]): MessageCase[] => [
    {
      name: `text of an unknown member: ${what}`,
      schema: "Choice",
      message: { ...choice, jsonResidue: { members: { "x/y": text } } },
      violations: [["invalid_residue", "/x~1y", "Choice"]],
    },
    {
      name: `text of a known member, a constant and a tag: ${what}`,
      schema: "Choice",
      message: { jsonResidue: { members: { object: text, id: text, type: text } } },
      violations: [
        ["invalid_residue", "/object", "Choice"],
        ["invalid_residue", "/id", "Choice.id"],
        ["invalid_residue", "/type", "Choice.choice"],
      ],
    },
    {
      name: `text of a verbatim field: ${what}`,
      schema: "Texts",
      message: { requiredValue: 1, requiredText: text, optionalText: text },
      violations: [
        ["invalid_residue", "/required_text", "Texts.required_text"],
        ["invalid_residue", "/optional_text", "Texts.optional_text"],
      ],
    },
  ]),
  {
    name: "an empty text of a verbatim field that is set",
    schema: "Texts",
    message: { requiredValue: 1, requiredText: "1", optionalText: "", nullableText: "" },
    violations: [
      ["invalid_residue", "/optional_text", "Texts.optional_text"],
      ["invalid_residue", "/nullable_text", "Texts.nullable_text"],
    ],
  },
  {
    name: "texts of a list, of a map, of the arm for all else and of another document",
    schema: "Thing",
    message: {
      ...thing,
      lists: { texts: ["1", ""], requiredRows: {} },
      maps: { texts: { a: "}" } },
      document: { event: { other: { event: "x", data: "{" } } },
    },
    violations: [
      ["invalid_residue", "/lists/texts/1", "Lists.texts"],
      ["invalid_residue", "/maps/texts/a", "Maps.texts"],
      ["invalid_residue", "/document/data", "OpenEvent.event"],
    ],
  },
  {
    name: "another document whose text is no object",
    schema: "Document",
    message: { other: "[1]" },
    violations: [["invalid_residue", "", "Document.document", { found: "an array of 1" }]],
  },
  {
    name: "text that nests deeper than is allowed at its place",
    schema: "Thing",
    message: { ...thing, part: { jsonResidue: { members: { x: "[1]", y: "[[1]]" } } } },
    violations: [["invalid_residue", "/part/y", "Part"]],
    limits: { maxDepth: 3 },
  },
  {
    name: "a message that nests deeper than is allowed",
    schema: "Thing",
    message: { ...thing, parent: { ...thing, parent: { ...thing, parent: thing } } },
    violations: [["too_deep", "/parent/parent/parent", "Thing", { expected: "at most 3 levels" }]],
    limits: { maxDepth: 3 },
  },
  {
    name: "a Value that nests deeper than is allowed",
    schema: "Choice",
    message: { ...choice, flag: null, value: [[[1]]] },
    violations: [["too_deep", "/value/0/0", "Choice.value"]],
    limits: { maxDepth: 3 },
  },
];
