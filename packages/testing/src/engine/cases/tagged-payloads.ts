import type { DocumentCase } from "../case.js";

const choice = `"object":"choice","id":"c"`;

/**
 * Cases for payloads of tagged unions: values of every type, null, absent, and values that do not
 * fit.
 */
export const taggedPayloadCases: readonly DocumentCase[] = [
  {
    name: "an array of arrays",
    schema: "Choice",
    json: `{${choice},"type":"rows","rows":[[1,2],[],[3]]}`,
    message: { id: "c", rows: { rows: [{ cells: [1, 2] }, {}, { cells: [3] }] } },
  },
  {
    name: "an empty array",
    schema: "Choice",
    json: `{${choice},"type":"rows","rows":[]}`,
    message: { id: "c", rows: {} },
  },
  {
    name: "an enum",
    schema: "Choice",
    json: `{${choice},"type":"color","color":"negative"}`,
    message: { id: "c", color: "COLOR_NEGATIVE" },
  },
  {
    name: "a double",
    schema: "Choice",
    json: `{${choice},"type":"score","score":-2.5e-3}`,
    message: { id: "c", score: -0.0025 },
  },
  {
    name: "an integer",
    schema: "Choice",
    json: `{${choice},"type":"count","count":-9007199254740993}`,
    message: { id: "c", count: "-9007199254740993" },
  },
  {
    name: "any value",
    schema: "Choice",
    json: `{${choice},"type":"value","value":{"a":[null,{"b":false}]}}`,
    message: { id: "c", value: { a: [null, { b: false }] } },
  },
  {
    name: "any value: null is one",
    schema: "Choice",
    json: `{${choice},"type":"value","value":null}`,
    message: { id: "c", value: null },
  },
  {
    name: "any value, optional: null",
    schema: "Choice",
    json: `{${choice},"type":"optional_value","optional_value":null}`,
    output: `{${choice},"type":"optional_value","optional_value":null}`,
  },
  {
    name: "any value, optional: absent",
    schema: "Choice",
    json: `{${choice},"type":"optional_value"}`,
    output: `{${choice},"type":"optional_value"}`,
  },
  {
    name: "any value: absent",
    schema: "Choice",
    json: `{${choice},"type":"value"}`,
    violations: [["missing_member", "/value", "Choice.value"]],
    output: `{${choice},"type":"value"}`,
  },
  {
    name: "a text",
    schema: "Choice",
    json: `{${choice},"type":"text","text":{ "a" : [ 1.50 ] }}`,
    message: { id: "c", text: `{"a":[1.50]}` },
  },
  {
    name: "a text: null is one",
    schema: "Choice",
    json: `{${choice},"type":"text","text":null}`,
    message: { id: "c", text: "null" },
  },
  {
    name: "a text, nullable: null",
    schema: "Choice",
    json: `{${choice},"type":"nullable_text","nullable_text":null}`,
    message: { id: "c", nullableText: "", jsonResidue: { nullFields: [16] } },
  },
  {
    name: "a text, nullable: absent",
    schema: "Choice",
    json: `{${choice},"type":"nullable_text"}`,
    message: { id: "c", nullableText: "", jsonResidue: { absentFields: [16] } },
  },
  {
    name: "a message with a residue of its own",
    schema: "Choice",
    json: `{${choice},"type":"a.part","the_part":{"kind":"part","x":1}}`,
    message: { id: "c", part: { jsonResidue: { members: { x: "1" } } } },
    violations: [["unknown_member", "/the_part/x", "Part"]],
  },
  {
    name: "zero values",
    schema: "Choice",
    json: `{${choice},"type":"logs","logs":"","mood":"happy","happy":""}`,
    message: { id: "c", logs: "", happy: "" },
  },
  {
    name: "zero numbers and false",
    schema: "Thing",
    json: `{"version":"v1","id":"t","object":"thing","ended_at":null,"color":"red","border":null,"part":{"kind":"part"},"spare_part":null,"flag":true,"score":1,"nullable_score":null,"choices":[{${choice},"type":"score","score":0},{${choice},"type":"count","count":0},{${choice},"type":"flag","flag":false}]}`,
    message: {
      id: "t",
      color: "COLOR_RED",
      part: {},
      flag: true,
      score: 1,
      choices: [
        { id: "c", score: 0 },
        { id: "c", count: "0" },
        { id: "c", flag: false },
      ],
    },
  },
  {
    name: "a required payload is absent",
    schema: "Choice",
    json: `{${choice},"type":"logs"}`,
    message: { id: "c", logs: "", jsonResidue: { absentFields: [2] } },
    violations: [
      [
        "missing_member",
        "/logs",
        "Choice.logs",
        { expected: "the payload", found: "nothing", offset: 0 },
      ],
    ],
  },
  {
    name: "a required payload is null",
    schema: "Choice",
    json: `{${choice},"type":"logs","logs":null}`,
    message: { id: "c", logs: "", jsonResidue: { nullFields: [2] } },
    violations: [
      ["wrong_type", "/logs", "Choice.logs", { expected: "a value", found: "null", offset: 49 }],
    ],
  },
  {
    name: "a required message is absent",
    schema: "Choice",
    json: `{${choice},"type":"again"}`,
    message: { id: "c", again: {}, jsonResidue: { absentFields: [10] } },
    violations: [["missing_member", "/again", "Choice.again"]],
  },
  {
    name: "a required enum is null",
    schema: "Choice",
    json: `{${choice},"type":"color","color":null}`,
    message: { id: "c", color: "COLOR_UNSPECIFIED", jsonResidue: { nullFields: [5] } },
    violations: [["wrong_type", "/color", "Choice.color"]],
  },
  {
    name: "a nullable payload is absent",
    schema: "Choice",
    json: `{${choice},"type":"score"}`,
    message: { id: "c", score: 0, jsonResidue: { absentFields: [6] } },
  },
  {
    name: "a nullable payload is null",
    schema: "Choice",
    json: `{${choice},"type":"score","score":null}`,
    message: { id: "c", score: 0, jsonResidue: { nullFields: [6] } },
  },
  {
    name: "an optional payload is absent",
    schema: "Choice",
    json: `{${choice},"type":"rows"}`,
    message: { id: "c", rows: {}, jsonResidue: { absentFields: [4] } },
  },
  {
    name: "an optional payload is null",
    schema: "Choice",
    json: `{${choice},"type":"rows","rows":null}`,
    message: { id: "c", rows: {}, jsonResidue: { nullFields: [4] } },
  },
  {
    name: "a payload of another type: the oneof is unset, tag and payload are kept",
    schema: "Choice",
    json: `{${choice},"type":"logs","logs":{ "a" : 1.0 }}`,
    message: {
      id: "c",
      jsonResidue: { members: { type: `"logs"`, logs: `{"a":1.0}` } },
    },
    violations: [
      ["wrong_type", "/logs", "Choice.logs", { expected: "a string", found: "an object" }],
    ],
  },
  {
    name: "a payload of another type, and a tag with escapes: the tag is kept as spelled",
    schema: "Choice",
    json: String.raw`{${choice},"type":"\u006cogs","logs":1}`,
    message: {
      id: "c",
      jsonResidue: { members: { type: String.raw`"\u006cogs"`, logs: "1" } },
    },
    violations: [["wrong_type", "/logs", "Choice.logs"]],
    output: String.raw`{${choice},"type":"\u006cogs","logs":1}`,
  },
  {
    name: "a payload of another type, and no tag",
    schema: "Choice",
    json: `{${choice},"logs":1}`,
    message: { id: "c", jsonResidue: { members: { type: "", logs: "1" } } },
    violations: [
      ["missing_member", "/type", "Choice.choice"],
      ["wrong_type", "/logs", "Choice.logs"],
    ],
  },
  {
    name: "a payload that cannot be held",
    schema: "Choice",
    json: `{${choice},"type":"count","count":1.5}`,
    message: { id: "c", jsonResidue: { members: { type: `"count"`, count: "1.5" } } },
    violations: [["not_representable", "/count", "Choice.count"]],
  },
  {
    name: "a payload that is a string beyond the enum",
    schema: "Choice",
    json: `{${choice},"type":"color","color":"blue"}`,
    message: { id: "c", jsonResidue: { members: { type: `"color"`, color: `"blue"` } } },
    violations: [["unknown_value", "/color", "Choice.color"]],
  },
  {
    name: "an array with one element of another type is kept whole",
    schema: "Choice",
    json: `{${choice},"type":"rows","rows":[[1],[2,"3"]]}`,
    message: {
      id: "c",
      jsonResidue: { members: { type: `"rows"`, rows: `[[1],[2,"3"]]` } },
    },
    violations: [["wrong_type", "/rows/1/1", "Row.cells", { found: `"3"` }]],
  },
];
