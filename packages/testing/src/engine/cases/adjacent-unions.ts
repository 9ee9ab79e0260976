import type { DocumentCase } from "../case.js";

const expected = `one of "thing.created", "done", "rows", "level"`;

/** Cases for unions whose payload is in the same member for every tag. */
export const adjacentUnionCases: readonly DocumentCase[] = [
  {
    name: "the tag before the payload",
    schema: "OpenEvent",
    json: `{"event":"done","data":"x","id":"e"}`,
    message: { done: "x", id: "e" },
    output: `{"event":"done","data":"x","id":"e"}`,
  },
  {
    name: "the payload before the tag",
    schema: "OpenEvent",
    json: `{"id":"e","data":[[1]],"event":"rows"}`,
    message: { rows: { rows: [{ cells: [1] }] }, id: "e" },
  },
  {
    name: "a message as payload",
    schema: "OpenEvent",
    json: `{"data":{"version":"v1","id":"t","object":"thing","ended_at":null,"color":"red","border":null,"part":{"kind":"part"},"spare_part":null,"flag":true,"score":1,"nullable_score":null},"event":"thing.created"}`,
    message: { thingCreated: { id: "t", color: "COLOR_RED", part: {}, flag: true, score: 1 } },
  },
  {
    name: "a zero value as payload",
    schema: "OpenEvent",
    json: `{"event":"level","data":"none"}`,
    message: { level: "LEVEL_NONE" },
  },
  {
    name: "an optional payload is absent",
    schema: "OpenEvent",
    json: `{"event":"done"}`,
    message: { done: "", jsonResidue: { absentFields: [2] } },
  },
  {
    name: "an optional payload is null",
    schema: "OpenEvent",
    json: `{"event":"done","data":null}`,
    message: { done: "", jsonResidue: { nullFields: [2] } },
  },
  {
    name: "a nullable payload is absent",
    schema: "OpenEvent",
    json: `{"event":"rows"}`,
    message: { rows: {}, jsonResidue: { absentFields: [3] } },
  },
  {
    name: "a nullable payload is null",
    schema: "OpenEvent",
    json: `{"event":"rows","data":null}`,
    message: { rows: {}, jsonResidue: { nullFields: [3] } },
  },
  {
    name: "a required payload is absent",
    schema: "OpenEvent",
    json: `{"event":"level"}`,
    message: { level: "LEVEL_NONE", jsonResidue: { absentFields: [4] } },
    violations: [["missing_member", "/data", "OpenEvent.level", { offset: 0 }]],
  },
  {
    name: "a required payload is null",
    schema: "OpenEvent",
    json: `{"event":"level","data":null}`,
    message: { level: "LEVEL_NONE", jsonResidue: { nullFields: [4] } },
    violations: [["wrong_type", "/data", "OpenEvent.level"]],
  },
  {
    name: "a payload of another type: the oneof is unset, tag and payload are kept",
    schema: "OpenEvent",
    json: `{"data":{ },"event":"done"}`,
    message: { jsonResidue: { members: { event: `"done"`, data: "{}" } } },
    violations: [["wrong_type", "/data", "OpenEvent.done"]],
  },
  {
    name: "a payload that cannot be held",
    schema: "OpenEvent",
    json: `{"event":"level","data":"much"}`,
    message: { jsonResidue: { members: { event: `"level"`, data: `"much"` } } },
    violations: [["unknown_value", "/data", "OpenEvent.level"]],
  },
  {
    name: "another tag, its payload verbatim",
    schema: "OpenEvent",
    json: String.raw`{"event":"thing.sold","data":{ "price" : 1.50, "to" : "\u0041" },"id":"e"}`,
    message: {
      other: { event: "thing.sold", data: String.raw`{"price":1.50,"to":"\u0041"}` },
      id: "e",
    },
    violations: [
      ["unknown_variant", "/event", "OpenEvent.event", { expected, found: `"thing.sold"` }],
    ],
    output: String.raw`{"event":"thing.sold","data":{"price":1.50,"to":"\u0041"},"id":"e"}`,
  },
  {
    name: "another tag, with escapes; the payload before it",
    schema: "OpenEvent",
    json: String.raw`{"data":1e400,"event":"thing\/s\u006fld\n"}`,
    message: { other: { event: "thing/sold\n", data: "1e400" } },
    violations: [["unknown_variant", "/event", "OpenEvent.event"]],
    output: String.raw`{"event":"thing/sold\n","data":1e400}`,
  },
  {
    name: "another tag without a payload",
    schema: "OpenEvent",
    json: `{"event":"thing.sold"}`,
    message: { other: { event: "thing.sold" } },
    violations: [["unknown_variant", "/event", "OpenEvent.event"]],
  },
  {
    name: "another tag with the payload null",
    schema: "OpenEvent",
    json: `{"event":"thing.sold","data":null}`,
    message: { other: { event: "thing.sold", data: "null" } },
    violations: [["unknown_variant", "/event", "OpenEvent.event"]],
  },
  {
    name: "the empty string is another tag",
    schema: "OpenEvent",
    json: `{"event":"","data":""}`,
    message: { other: { event: "", data: `""` } },
    violations: [["unknown_variant", "/event", "OpenEvent.event"]],
  },
  {
    name: "the name of the arm for all else is another tag like any",
    schema: "OpenEvent",
    json: `{"event":"other","data":{"event":"x"}}`,
    message: { other: { event: "other", data: `{"event":"x"}` } },
    violations: [["unknown_variant", "/event", "OpenEvent.event"]],
  },
  {
    name: "another tag, and a member beside it",
    schema: "OpenEvent",
    json: `{"event":"thing.sold","data":1,"at":2}`,
    message: {
      other: { event: "thing.sold", data: "1" },
      jsonResidue: { members: { at: "2" } },
    },
    violations: [
      ["unknown_variant", "/event", "OpenEvent.event"],
      ["unknown_member", "/at", "OpenEvent"],
    ],
  },
  {
    name: "the tag is absent",
    schema: "OpenEvent",
    json: `{"data":"x"}`,
    message: { jsonResidue: { members: { event: "", data: `"x"` } } },
    violations: [
      ["missing_member", "/event", "OpenEvent.event", { expected: "the tag", offset: 0 }],
      ["unknown_member", "/data", "OpenEvent.event"],
    ],
  },
  {
    name: "tag and payload are absent",
    schema: "OpenEvent",
    json: "{}",
    message: { jsonResidue: { members: { event: "" } } },
    violations: [["missing_member", "/event", "OpenEvent.event"]],
  },
  {
    name: "the tag is null",
    schema: "OpenEvent",
    json: `{"event":null,"data":"x"}`,
    message: { jsonResidue: { members: { event: "null", data: `"x"` } } },
    violations: [
      ["wrong_type", "/event", "OpenEvent.event"],
      ["unknown_member", "/data", "OpenEvent.event"],
    ],
  },
  {
    name: "the tag is no string",
    schema: "OpenEvent",
    json: `{"data":"x","event":{"a":[]}}`,
    message: { jsonResidue: { members: { event: `{"a":[]}`, data: `"x"` } } },
    violations: [
      ["unknown_member", "/data", "OpenEvent.event"],
      ["wrong_type", "/event", "OpenEvent.event", { expected, found: "an object" }],
    ],
  },
  {
    name: "the tag has a lone surrogate, which no Protobuf string can hold",
    schema: "OpenEvent",
    json: String.raw`{"event":"\udead","data":"x"}`,
    message: {
      jsonResidue: { members: { event: String.raw`"\udead"`, data: `"x"` } },
    },
    violations: [
      ["unknown_variant", "/event", "OpenEvent.event"],
      ["unknown_member", "/data", "OpenEvent.event"],
    ],
  },
  {
    name: "without an arm for all else: tag and payload are kept",
    schema: "ClosedEvent",
    json: `{"event":"thing.sold","data":{"a":1}}`,
    message: { jsonResidue: { members: { event: `"thing.sold"`, data: `{"a":1}` } } },
    violations: [
      ["unknown_variant", "/event", "ClosedEvent.event", { expected: `one of "part", "done"` }],
      ["unknown_member", "/data", "ClosedEvent.event"],
    ],
  },
  {
    name: "without an arm for all else: a known tag",
    schema: "ClosedEvent",
    json: `{"event":"part","data":{"kind":"part"}}`,
    message: { part: {} },
  },
];
