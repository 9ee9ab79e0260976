import type { DocumentCase } from "../case.js";

const lists = `"booleans":[true],"nullable_rows":null,"required_rows":[[1]]`;
const listsMessage = { booleans: [true], requiredRows: { rows: [{ cells: [1] }] } };
/** The nullable lists in canonical form. */
const nulls = `"colors":null,"values":null,"parts":null`;

/** Cases for the table "Presence" in docs/mapping.md, for lists, maps and arrays. */
export const collectionPresenceCases: readonly DocumentCase[] = [
  {
    name: "a required list: empty",
    schema: "Lists",
    json: `{${lists},${nulls},"required_strings":[]}`,
    message: listsMessage,
  },
  {
    name: "a required list: absent",
    schema: "Lists",
    json: `{${lists},${nulls}}`,
    message: { ...listsMessage, jsonResidue: { absentFields: [2] } },
    violations: [["missing_member", "/required_strings", "Lists.required_strings", { offset: 0 }]],
  },
  {
    name: "a required list: null",
    schema: "Lists",
    json: `{${lists},${nulls},"required_strings":null}`,
    message: { ...listsMessage, jsonResidue: { nullFields: [2] } },
    violations: [["wrong_type", "/required_strings", "Lists.required_strings"]],
  },
  {
    name: "a nullable list: empty",
    schema: "Lists",
    json: `{${lists},"colors":[],"values":[],"parts":[],"required_strings":[]}`,
    message: { ...listsMessage, jsonResidue: { emptyFields: [3, 8, 10] } },
  },
  {
    name: "a nullable list: absent",
    schema: "Lists",
    json: `{${lists},"required_strings":[]}`,
    message: { ...listsMessage, jsonResidue: { absentFields: [3, 8, 10] } },
  },
  {
    name: "an optional list: empty",
    schema: "Lists",
    json: `{${lists},${nulls},"required_strings":[],"strings":[],"integers":[ ],"texts":[]}`,
    message: { ...listsMessage, jsonResidue: { emptyFields: [1, 6, 9] } },
  },
  {
    name: "an optional list: null",
    schema: "Lists",
    json: `{${lists},${nulls},"required_strings":[],"strings":null,"integers":null,"texts":null}`,
    message: { ...listsMessage, jsonResidue: { nullFields: [1, 6, 9] } },
  },
  {
    name: "null, absent and empty side by side",
    schema: "Lists",
    json: `{"booleans":[],"required_rows":[],"colors":[],"parts":null,"required_strings":["x"],"strings":[],"levels":null}`,
    message: {
      requiredStrings: ["x"],
      requiredRows: {},
      jsonResidue: { nullFields: [4], absentFields: [8, 12], emptyFields: [1, 3] },
    },
  },
  {
    name: "a list or map that is written if empty: empty",
    schema: "Written",
    json: `{"strings":[],"parts":[ ],"values":{}}`,
    message: {},
    output: `{"strings":[],"parts":[],"values":{}}`,
  },
  {
    name: "a list or map that is written if empty: absent",
    schema: "Written",
    json: "{}",
    message: { jsonResidue: { absentFields: [1, 2, 3] } },
  },
  {
    name: "a list or map that is written if empty: null",
    schema: "Written",
    json: `{"values":null,"strings":null,"parts":null}`,
    message: { jsonResidue: { nullFields: [1, 2, 3] } },
  },
  {
    name: "a list or map that is written if empty: not empty, null and absent",
    schema: "Written",
    json: `{"values":{"a":null},"parts":null}`,
    message: { values: { a: null }, jsonResidue: { nullFields: [2], absentFields: [1] } },
  },
  {
    name: "a list or map that is written if empty: of another type",
    schema: "Written",
    json: `{"strings":{},"parts":[],"values":[]}`,
    message: { jsonResidue: { members: { strings: "{}", values: "[]" } } },
    violations: [
      ["wrong_type", "/strings", "Written.strings"],
      ["wrong_type", "/values", "Written.values"],
    ],
  },
  {
    name: "arrays of arrays: an empty one is set",
    schema: "Lists",
    json: `{"booleans":[],"required_strings":[],${nulls},"rows":[],"nullable_rows":[],"required_rows":[]}`,
    message: { rows: {}, nullableRows: {}, requiredRows: {} },
  },
  {
    name: "arrays of arrays: null",
    schema: "Lists",
    json: `{"booleans":[],"required_strings":[],${nulls},"rows":null,"nullable_rows":null,"required_rows":null}`,
    message: { jsonResidue: { nullFields: [11, 13] } },
    violations: [["wrong_type", "/required_rows", "Lists.required_rows"]],
  },
  {
    name: "arrays of arrays: absent",
    schema: "Lists",
    json: `{"booleans":[],"required_strings":[],${nulls}}`,
    message: { jsonResidue: { absentFields: [12, 13] } },
    violations: [["missing_member", "/required_rows", "Lists.required_rows"]],
  },
  {
    name: "maps: empty",
    schema: "Maps",
    json: `{"values":{},"parts":{},"integers":{ },"texts":{}}`,
    message: { jsonResidue: { emptyFields: [2, 3, 10] } },
  },
  {
    name: "maps: null",
    schema: "Maps",
    json: `{"values":null,"parts":null,"integers":null,"texts":null}`,
    message: { jsonResidue: { nullFields: [1, 3, 10] } },
    violations: [["wrong_type", "/values", "Maps.values"]],
  },
  {
    name: "maps: absent",
    schema: "Maps",
    json: "{}",
    message: { jsonResidue: { absentFields: [1, 2] } },
    violations: [["missing_member", "/values", "Maps.values"]],
  },
  {
    name: "null is no element, unless any value is",
    schema: "Lists",
    json: `{${lists},"colors":[null],"parts":[null],"values":[null],"texts":[null],"required_strings":[null]}`,
    message: {
      ...listsMessage,
      values: [null],
      texts: ["null"],
      jsonResidue: {
        members: { colors: "[null]", parts: "[null]", required_strings: "[null]" },
      },
    },
    violations: [
      ["wrong_type", "/colors/0", "Lists.colors"],
      ["wrong_type", "/parts/0", "Part"],
      ["wrong_type", "/required_strings/0", "Lists.required_strings"],
    ],
  },
  {
    name: "null is no value of a map, unless any value is",
    schema: "Maps",
    json: `{"values":{"a":null},"parts":{"a":null},"strings":{"a":null},"rows":{"a":null},"texts":{"a":null}}`,
    message: {
      values: { a: null },
      texts: { a: "null" },
      jsonResidue: {
        members: { parts: `{"a":null}`, strings: `{"a":null}`, rows: `{"a":null}` },
      },
    },
    violations: [
      ["wrong_type", "/parts/a", "Part"],
      ["wrong_type", "/strings/a", "Maps.strings"],
      ["wrong_type", "/rows/a", "Row.cells"],
    ],
  },
];
