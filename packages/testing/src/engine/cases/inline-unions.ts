import type { DocumentCase } from "../case.js";

const thing = `"version":"v1","id":"t","object":"thing","ended_at":null,"color":"red","border":null,"part":{"kind":"part"},"spare_part":null,"flag":true,"score":1.5,"nullable_score":null`;
const thingMessage = { id: "t", color: "COLOR_RED", part: {}, flag: true, score: 1.5 };
const choice = `"object":"choice","id":"c","type":"flag","flag":true`;
const expected = `one of "thing", "choice"`;

/** Cases for inline unions, whose JSON is the payload alone. */
export const inlineUnionCases: readonly DocumentCase[] = [
  {
    name: "the constant picks the arm",
    schema: "Document",
    json: `{${thing}}`,
    message: { thing: thingMessage },
    output: `{${thing}}`,
  },
  {
    name: "the constant is the last member, with escapes",
    schema: "Document",
    json: String.raw`{"id":"c","type":"flag","flag":true,"\u006fbject":"choic\u0065"}`,
    message: { choice: { id: "c", flag: true } },
  },
  {
    name: "the tag of the adjacent union picks its arm",
    schema: "Document",
    json: `{"data":"x","event":"done"}`,
    message: { event: { done: "x" } },
  },
  {
    name: "the tag of the adjacent union picks its arm, whatever it is",
    schema: "Document",
    json: `{"event":null}`,
    message: { event: { jsonResidue: { members: { event: "null" } } } },
    violations: [["wrong_type", "/event", "OpenEvent.event"]],
  },
  {
    name: "the constant goes before the adjacent union",
    schema: "Document",
    json: `{"event":"done",${choice}}`,
    message: { choice: { id: "c", flag: true, jsonResidue: { members: { event: `"done"` } } } },
    violations: [["unknown_member", "/event", "Choice"]],
  },
  {
    name: "the adjacent union goes before an unknown constant",
    schema: "Document",
    json: `{"object":"box","event":"done"}`,
    message: {
      event: { done: "", jsonResidue: { members: { object: `"box"` }, absentFields: [2] } },
    },
    violations: [["unknown_member", "/object", "OpenEvent"]],
  },
  {
    name: "an unknown constant: the whole object verbatim",
    schema: "Document",
    json: String.raw`{ "object" : "box" , "size" : 1.50, "label": "\u0041 b" }`,
    message: { other: String.raw`{"object":"box","size":1.50,"label":"\u0041 b"}` },
    violations: [
      ["unknown_variant", "/object", "Document.document", { expected, found: `"box"`, offset: 13 }],
    ],
    output: String.raw`{"object":"box","size":1.50,"label":"\u0041 b"}`,
  },
  {
    name: "no constant",
    schema: "Document",
    json: `{"id":"x"}`,
    message: { other: `{"id":"x"}` },
    violations: [
      ["unknown_variant", "/object", "Document.document", { found: "no such member", offset: 0 }],
    ],
  },
  {
    name: "an empty object",
    schema: "Document",
    json: " { } ",
    message: { other: "{}" },
    violations: [["unknown_variant", "/object", "Document.document", { offset: 1 }]],
    output: "{}",
  },
  {
    name: "a constant that is no string",
    schema: "Document",
    json: `{"object":["thing"]}`,
    message: { other: `{"object":["thing"]}` },
    violations: [["unknown_variant", "/object", "Document.document"]],
  },
  {
    name: "a constant with a lone surrogate",
    schema: "Document",
    json: String.raw`{"object":"thing\ud800"}`,
    message: { other: String.raw`{"object":"thing\ud800"}` },
    violations: [["unknown_variant", "/object", "Document.document"]],
  },
  {
    name: "what is wrong within the picked arm is wrong there",
    schema: "Document",
    json: `{"object":"choice","type":"flag","flag":1,"x":2}`,
    message: {
      choice: {
        jsonResidue: { members: { type: `"flag"`, flag: "1", x: "2" }, absentFields: [1] },
      },
    },
    violations: [
      ["missing_member", "/id", "Choice.id"],
      ["wrong_type", "/flag", "Choice.flag"],
      ["unknown_member", "/x", "Choice"],
    ],
  },
  {
    name: "as a field: another object verbatim",
    schema: "Thing",
    json: `{${thing},"document":{"object":"box","n":1.0}}`,
    message: { ...thingMessage, document: { other: `{"object":"box","n":1.0}` } },
    violations: [["unknown_variant", "/document/object", "Document.document"]],
  },
  {
    name: "as a field: another type is kept in the object around it",
    schema: "Thing",
    json: `{${thing},"document":[{${choice}}]}`,
    message: {
      ...thingMessage,
      jsonResidue: { members: { document: `[{${choice}}]` } },
    },
    violations: [["wrong_type", "/document", "Document"]],
  },
  {
    name: "without an arm for all else: the constant picks the arm",
    schema: "ClosedDocument",
    json: `{${choice}}`,
    message: { choice: { id: "c", flag: true } },
  },
  {
    name: "without an arm for all else: every mode refuses another constant",
    schema: "ClosedDocument",
    json: `{"id":1,"object":"box"}`,
    violations: [
      [
        "unknown_variant",
        "/object",
        "ClosedDocument.document",
        { expected, found: `"box"`, offset: 17, always: true },
      ],
    ],
  },
  {
    name: "without an arm for all else: every mode refuses that there is none",
    schema: "ClosedDocument",
    json: `{"event":"done"}`,
    violations: [
      [
        "unknown_variant",
        "/object",
        "ClosedDocument.document",
        { found: "no such member", offset: 0, always: true },
      ],
    ],
  },
];
