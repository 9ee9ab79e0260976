import type { DocumentCase } from "../case.js";

const choice = `"id":"c","type":"flag","flag":true`;
const choiceMessage = { id: "c", flag: true };

/** Cases for members with a constant string. */
export const constantCases: readonly DocumentCase[] = [
  {
    name: "a required constant: absent",
    schema: "Choice",
    json: `{${choice}}`,
    message: { ...choiceMessage, jsonResidue: { members: { object: "" } } },
    violations: [
      [
        "missing_member",
        "/object",
        "Choice",
        { expected: `"choice"`, found: "nothing", offset: 0 },
      ],
    ],
  },
  {
    name: "a required constant: null",
    schema: "Choice",
    json: `{"object":null,${choice}}`,
    message: { ...choiceMessage, jsonResidue: { members: { object: "null" } } },
    violations: [["wrong_type", "/object", "Choice", { found: "null", offset: 10 }]],
  },
  {
    name: "a required constant: another string",
    schema: "Choice",
    json: `{"object":"Choice",${choice}}`,
    message: { ...choiceMessage, jsonResidue: { members: { object: `"Choice"` } } },
    violations: [
      ["unknown_value", "/object", "Choice", { expected: `"choice"`, found: `"Choice"` }],
    ],
  },
  {
    name: "a required constant: a longer string, and a shorter one",
    schema: "Thing",
    json: `{"version":"v","id":"t","object":"thing.","ended_at":null,"color":"red","border":null,"part":{"kind":"part"},"spare_part":null,"flag":true,"score":1,"nullable_score":null}`,
    message: {
      id: "t",
      color: "COLOR_RED",
      part: {},
      flag: true,
      score: 1,
      jsonResidue: { members: { version: `"v"`, object: `"thing."` } },
    },
    violations: [
      ["unknown_value", "/version", "Thing"],
      ["unknown_value", "/object", "Thing"],
    ],
  },
  {
    name: "a required constant: a string that is kept with its escapes",
    schema: "Choice",
    json: String.raw`{"object":"\u0063hoice\/",${choice}}`,
    message: {
      ...choiceMessage,
      jsonResidue: { members: { object: String.raw`"\u0063hoice\/"` } },
    },
    violations: [["unknown_value", "/object", "Choice"]],
    output: String.raw`{"object":"\u0063hoice\/",${choice}}`,
  },
  {
    name: "a required constant: a string with a lone surrogate",
    schema: "Choice",
    json: String.raw`{"object":"\ud800",${choice}}`,
    message: { ...choiceMessage, jsonResidue: { members: { object: String.raw`"\ud800"` } } },
    violations: [["unknown_value", "/object", "Choice"]],
  },
  {
    name: "a required constant: another type",
    schema: "Choice",
    json: `{"object":{ "choice" : [ ] },${choice}}`,
    message: { ...choiceMessage, jsonResidue: { members: { object: `{"choice":[]}` } } },
    violations: [["wrong_type", "/object", "Choice", { found: "an object" }]],
  },
  {
    name: "an optional constant: absent",
    schema: "Part",
    json: "{}",
    message: { jsonResidue: { members: { kind: "" } } },
  },
  {
    name: "an optional constant: null",
    schema: "Part",
    json: `{"kind":null}`,
    message: { jsonResidue: { members: { kind: "null" } } },
    violations: [["wrong_type", "/kind", "Part"]],
  },
  {
    name: "an optional constant: another string",
    schema: "Part",
    json: `{"kind":""}`,
    message: { jsonResidue: { members: { kind: `""` } } },
    violations: [["unknown_value", "/kind", "Part"]],
  },
];
