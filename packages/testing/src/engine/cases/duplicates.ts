import type { DocumentCase } from "../case.js";

const choice = `"object":"choice","id":"c","type":"flag","flag":true`;
const expected = "one member of this name";

/**
 * Cases for duplicate members and for names that are not valid Unicode; every mode refuses them at
 * any depth.
 */
export const duplicateCases: readonly DocumentCase[] = [
  {
    name: "a known member",
    schema: "Choice",
    json: `{${choice},"id":"c"}`,
    violations: [["duplicate_member", "/id", "", { expected, found: "another one", offset: 54 }]],
  },
  {
    name: "a constant",
    schema: "Choice",
    json: `{${choice},"object":"choice"}`,
    violations: [["duplicate_member", "/object", ""]],
  },
  {
    name: "a tag, and a payload",
    schema: "Choice",
    json: `{${choice},"type":"flag","flag":true}`,
    violations: [
      ["duplicate_member", "/type", ""],
      ["duplicate_member", "/flag", ""],
    ],
  },
  {
    name: "the tag and the content of an adjacent union",
    schema: "OpenEvent",
    json: `{"event":"done","event":"done","data":"","data":""}`,
    violations: [
      ["duplicate_member", "/event", ""],
      ["duplicate_member", "/data", ""],
    ],
  },
  {
    name: "an unknown member, three times",
    schema: "Part",
    json: `{"kind":"part","x":1,"x":2,"x":3}`,
    violations: [
      ["unknown_member", "/x", "Part"],
      ["duplicate_member", "/x", "", { offset: 21 }],
      ["unknown_member", "/x", "Part"],
      ["duplicate_member", "/x", "", { offset: 27 }],
      ["unknown_member", "/x", "Part"],
    ],
  },
  {
    name: "one of them with escapes",
    schema: "Part",
    json: String.raw`{"kind":"part","k\u0069nd":"part"}`,
    violations: [["duplicate_member", "/kind", ""]],
  },
  {
    name: "both with escapes",
    schema: "Maps",
    json: String.raw`{"values":{"\ud83d\ude00\/":1,"😀\u002f":2},"parts":null}`,
    violations: [["duplicate_member", "/values/😀~1", "", { offset: 30 }]],
  },
  {
    name: "the empty name",
    schema: "Maps",
    json: `{"values":{"":1,"":1},"parts":null}`,
    violations: [["duplicate_member", "/values/", ""]],
  },
  {
    name: "__proto__",
    schema: "Maps",
    json: String.raw`{"values":{"__proto__":1,"\u005f_proto__":1},"parts":null}`,
    violations: [["duplicate_member", "/values/__proto__", ""]],
  },
  {
    name: "within a Value",
    schema: "Maps",
    json: `{"values":{"a":[{"b":{"c":1,"c":1}}]},"parts":null}`,
    violations: [["duplicate_member", "/values/a/0/b/c", ""]],
  },
  {
    name: "within a verbatim field",
    schema: "Texts",
    json: `{"nullable_value":null,"required_value":1,"required_text":{"a":[{"b":1,"b":1}]},"nullable_text":null}`,
    violations: [["duplicate_member", "/required_text/a/0/b", ""]],
  },
  {
    name: "within an unknown member",
    schema: "Part",
    json: `{"kind":"part","x":[0,{"a":1,"b":2,"a":3}]}`,
    violations: [
      ["unknown_member", "/x", "Part"],
      ["duplicate_member", "/x/1/a", ""],
    ],
  },
  {
    name: "within a member of another type",
    schema: "Part",
    json: `{"kind":{"a":1,"a":2}}`,
    violations: [
      ["wrong_type", "/kind", "Part"],
      ["duplicate_member", "/kind/a", ""],
    ],
  },
  {
    name: "within the payload of another tag",
    schema: "OpenEvent",
    json: `{"event":"box","data":{"a":1,"a":2}}`,
    violations: [
      ["unknown_variant", "/event", "OpenEvent.event"],
      ["duplicate_member", "/data/a", ""],
    ],
  },
  {
    name: "within an object that is kept whole",
    schema: "Document",
    json: `{"object":"box","a":{"b":1,"b":2}}`,
    violations: [
      ["unknown_variant", "/object", "Document.document"],
      ["duplicate_member", "/a/b", ""],
    ],
  },
  {
    name: "in objects side by side and within each other is no duplicate",
    schema: "Maps",
    json: `{"values":{"a":{"a":[{"a":1},{"a":2}]},"b":{"a":3}},"parts":null}`,
    message: { values: { a: { a: [{ a: 1 }, { a: 2 }] }, b: { a: 3 } } },
  },
  {
    name: "names with a lone surrogate, in every place",
    schema: "Thing",
    json: String.raw`{"version":"v1","id":"t","object":"thing","ended_at":null,"color":"red","border":null,"part":{"kind":"part","\ud800":1},"spare_part":null,"flag":true,"score":1,"nullable_score":null,"maps":{"values":{"\udc00":{"\ud83d":1}},"parts":{"a\ud800":{"kind":"part"}},"texts":{"t":{"\ude00\ud83d":1}}},"x":{"\ud800\ud800":[]}}`,
    violations: [
      ["lone_surrogate", "/part/\ud800", "", { expected: "a name of Unicode characters" }],
      ["unknown_member", "/part/\ud800", "Part"],
      ["lone_surrogate", "/maps/values/\udc00", ""],
      ["lone_surrogate", "/maps/values/\udc00/\ud83d", ""],
      ["lone_surrogate", "/maps/parts/a\ud800", ""],
      ["lone_surrogate", "/maps/texts/t/\ude00\ud83d", ""],
      ["unknown_member", "/x", "Thing"],
      ["lone_surrogate", "/x/\ud800\ud800", ""],
    ],
  },
  {
    name: "a name with a lone surrogate, twice",
    schema: "Part",
    json: String.raw`{"kind":"part","\ud800":1,"\uD800":2}`,
    violations: [
      ["lone_surrogate", "/\ud800", ""],
      ["unknown_member", "/\ud800", "Part"],
      ["duplicate_member", "/\ud800", ""],
      ["lone_surrogate", "/\ud800", ""],
      ["unknown_member", "/\ud800", "Part"],
    ],
  },
];
