import type { DocumentCase } from "../case.js";

/** The canonical form of an empty Part. */
const part = `{"kind":"part"}`;
const choice = `"object":"choice","type":"flag","flag":true`;
const thing = `"version":"v1","id":"t","object":"thing","flag":true,"score":1.5`;
const thingMessage = { id: "t", flag: true, score: 1.5 };
/** The nullable fields of Thing in canonical form. */
const nulls = `"ended_at":null,"border":null,"spare_part":null,"nullable_score":null`;

/** Cases for the table "Presence" in docs/mapping.md, for fields that are not lists or maps. */
export const singularPresenceCases: readonly DocumentCase[] = [
  {
    name: "a required string: the zero value is written",
    schema: "Choice",
    json: `{${choice},"id":""}`,
    message: { flag: true },
  },
  {
    name: "a required string: absent",
    schema: "Choice",
    json: `{${choice}}`,
    message: { flag: true, jsonResidue: { absentFields: [1] } },
    violations: [
      ["missing_member", "/id", "Choice.id", { expected: "the member", found: "nothing" }],
    ],
  },
  {
    name: "a required string: null",
    schema: "Choice",
    json: `{${choice},"id":null}`,
    message: { flag: true, jsonResidue: { nullFields: [1] } },
    violations: [["wrong_type", "/id", "Choice.id", { expected: "a value", found: "null" }]],
  },
  {
    name: "a required enum, message, boolean and double: absent",
    schema: "Thing",
    json: `{"version":"v1","id":"t","object":"thing",${nulls}}`,
    message: { id: "t", jsonResidue: { absentFields: [4, 8, 10, 12] } },
    violations: [
      ["missing_member", "/color", "Thing.color"],
      ["missing_member", "/part", "Thing.part"],
      ["missing_member", "/flag", "Thing.flag"],
      ["missing_member", "/score", "Thing.score"],
    ],
  },
  {
    name: "a required enum, message, boolean and double: null",
    schema: "Thing",
    json: `{"version":"v1","id":"t","object":"thing",${nulls},"color":null,"part":null,"flag":null,"score":null}`,
    message: { id: "t", jsonResidue: { nullFields: [4, 8, 10, 12] } },
    violations: [
      ["wrong_type", "/color", "Thing.color"],
      ["wrong_type", "/part", "Thing.part"],
      ["wrong_type", "/flag", "Thing.flag"],
      ["wrong_type", "/score", "Thing.score"],
    ],
  },
  {
    name: "required zero values",
    schema: "Thing",
    json: `{"version":"v1","id":"","object":"thing",${nulls},"color":"red","part":${part},"flag":false,"score":0}`,
    message: { color: "COLOR_RED", part: {} },
  },
  {
    name: "nullable: null is canonical",
    schema: "Thing",
    json: `{${thing},"color":"red","part":${part},${nulls}}`,
    message: { ...thingMessage, color: "COLOR_RED", part: {} },
  },
  {
    name: "nullable: absent",
    schema: "Thing",
    json: `{${thing},"color":"red","part":${part}}`,
    message: {
      ...thingMessage,
      color: "COLOR_RED",
      part: {},
      jsonResidue: { absentFields: [3, 6, 9, 13] },
    },
  },
  {
    name: "nullable: set, zero values too",
    schema: "Thing",
    json: `{${thing},"color":"red","part":${part},"ended_at":0,"border":"red","spare_part":${part},"nullable_score":0}`,
    message: {
      ...thingMessage,
      color: "COLOR_RED",
      part: {},
      endedAt: "0",
      border: "COLOR_RED",
      sparePart: {},
      nullableScore: 0,
    },
  },
  {
    name: "optional: null",
    schema: "Thing",
    json: `{${thing},"color":"red","part":${part},${nulls},"nickName":null,"background":null,"parent":null,"optional_flag":null,"integers":null,"document":null}`,
    message: {
      ...thingMessage,
      color: "COLOR_RED",
      part: {},
      jsonResidue: { nullFields: [2, 5, 7, 11, 14, 2000] },
    },
  },
  {
    name: "optional: set, zero values too",
    schema: "Thing",
    json: `{${thing},"color":"red","part":${part},${nulls},"nickName":"","background":"grey","optional_flag":false}`,
    message: {
      ...thingMessage,
      color: "COLOR_RED",
      part: {},
      nickName: "",
      background: "COLOR_GREY",
      optionalFlag: false,
    },
  },
  {
    name: "field numbers in the residue come in the order of the schema, whatever that of the document",
    schema: "Thing",
    json: `{"document":null,"optional_flag":null,${thing},"nickName":null,"part":${part},"background":null,"color":"red"}`,
    message: {
      ...thingMessage,
      color: "COLOR_RED",
      part: {},
      jsonResidue: { nullFields: [2, 5, 11, 2000], absentFields: [3, 6, 9, 13] },
    },
  },
  {
    name: "Value and verbatim: null is a value where they are required, unset elsewhere",
    schema: "Texts",
    json: `{"optional_value":null,"nullable_value":null,"required_value":null,"required_text":null,"optional_text":null,"nullable_text":null}`,
    message: {
      requiredValue: null,
      requiredText: "null",
      jsonResidue: { nullFields: [1, 5] },
    },
  },
  {
    name: "Value and verbatim: absent",
    schema: "Texts",
    json: "{}",
    message: { jsonResidue: { absentFields: [2, 3, 4, 6] } },
    violations: [
      ["missing_member", "/required_value", "Texts.required_value"],
      ["missing_member", "/required_text", "Texts.required_text"],
    ],
  },
];
