import type { MessageCase } from "../case.js";

const thing = { id: "t", color: "COLOR_RED", part: {}, flag: true, score: 1.5 };
const thingText = `"version":"v1","id":"t","object":"thing"`;

/** Cases for the canonical form: the JSON of a message without residue. */
export const canonicalCases: readonly MessageCase[] = [
  {
    name: "nothing set but what must be",
    schema: "Thing",
    message: { color: "COLOR_RED", part: {} },
    json: `{"version":"v1","id":"","object":"thing","ended_at":null,"color":"red","border":null,"part":{"kind":"part"},"spare_part":null,"flag":false,"score":0,"nullable_score":null}`,
  },
  {
    name: "lists and maps that are written if empty",
    schema: "Written",
    message: {},
    json: `{"strings":[],"parts":[],"values":{}}`,
  },
  {
    name: "lists and maps that are written if empty, as the residue says",
    schema: "Written",
    message: { jsonResidue: { nullFields: [1], absentFields: [2], emptyFields: [3] } },
    json: `{"strings":null,"values":{}}`,
  },
  {
    name: "everything set",
    schema: "Thing",
    message: {
      ...thing,
      nickName: "n",
      endedAt: "9223372036854775807",
      background: "COLOR_GREY",
      border: "COLOR_NEGATIVE",
      parent: thing,
      sparePart: { name: "s" },
      optionalFlag: false,
      nullableScore: -2,
      integers: { a: -1 },
      texts: { requiredValue: null, requiredText: "[]" },
      choices: [{ id: "c", logs: "l" }],
      document: { other: "{}" },
    },
    json: `{${thingText},"nickName":"n","ended_at":9223372036854775807,"color":"red","background":"grey","border":"negative","parent":{${thingText},"ended_at":null,"color":"red","border":null,"part":{"kind":"part"},"spare_part":null,"flag":true,"score":1.5,"nullable_score":null},"part":{"kind":"part"},"spare_part":{"kind":"part","Part name / ~ \\"quoted\\"":"s"},"flag":true,"optional_flag":false,"score":1.5,"nullable_score":-2,"integers":{"a":-1,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"i":0,"j":0,"l":null},"texts":{"nullable_value":null,"required_value":null,"required_text":[],"nullable_text":null},"choices":[{"object":"choice","id":"c","type":"logs","logs":"l"}],"document":{}}`,
  },
  {
    name: "integers at their limits",
    schema: "Integers",
    message: {
      a: -2147483648,
      b: 4294967295,
      c: -2147483648,
      d: 4294967295,
      e: -2147483648,
      f: "-9223372036854775808",
      g: "18446744073709551615",
      h: "-9223372036854775808",
      i: "18446744073709551615",
      j: "-9223372036854775808",
      k: 0,
      l: "0",
    },
    json: `{"a":-2147483648,"b":4294967295,"c":-2147483648,"d":4294967295,"e":-2147483648,"f":-9223372036854775808,"g":18446744073709551615,"h":-9223372036854775808,"i":18446744073709551615,"j":-9223372036854775808,"k":0,"l":0}`,
  },
  {
    name: "empty lists and maps: required ones are written, nullable ones are null",
    schema: "Lists",
    message: { requiredRows: {} },
    json: `{"required_strings":[],"colors":null,"booleans":[],"values":null,"parts":null,"nullable_rows":null,"required_rows":[]}`,
  },
  {
    name: "maps",
    schema: "Maps",
    message: { values: { a: { b: [1, "x", null] } }, parts: { p: {} }, rows: { r: {} } },
    json: `{"values":{"a":{"b":[1,"x",null]}},"parts":{"p":{"kind":"part"}},"rows":{"r":[]}}`,
  },
  {
    name: "a tagged union, and one that is not set",
    schema: "Choice",
    message: { id: "c", part: { name: "p" } },
    json: `{"object":"choice","id":"c","type":"a.part","the_part":{"kind":"part","Part name / ~ \\"quoted\\"":"p"}}`,
  },
  {
    name: "an empty payload is written",
    schema: "Choice",
    message: { id: "c", rows: {}, happy: "" },
    json: `{"object":"choice","id":"c","type":"rows","rows":[],"mood":"happy","happy":""}`,
  },
  {
    name: "an adjacent union",
    schema: "OpenEvent",
    message: { rows: { rows: [{}] } },
    json: `{"event":"rows","data":[[]]}`,
  },
  {
    name: "the arm for all else, its payload without white space",
    schema: "OpenEvent",
    message: { other: { event: "x", data: ' {"a" : [1.0 , "b c"]}\n' } },
    json: `{"event":"x","data":{"a":[1.0,"b c"]}}`,
  },
  {
    name: "the arm for all else without a payload",
    schema: "OpenEvent",
    message: { other: { event: "x" } },
    json: `{"event":"x"}`,
  },
  {
    name: "an inline union",
    schema: "Document",
    message: { event: { done: "d" } },
    json: `{"event":"done","data":"d"}`,
  },
  {
    name: "another object",
    schema: "Document",
    message: { other: '{ "b" : 1.50 , "a" : 2 }' },
    json: `{"b":1.50,"a":2}`,
  },
  {
    name: "numbers of a double in the fewest digits",
    schema: "Lists",
    message: {
      doubles: [0, 1, -1, 0.1, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, 2 ** 53, 0.000001],
      requiredRows: {},
    },
    json: `{"required_strings":[],"colors":null,"doubles":[0,1,-1,0.1,1e+21,1e-7,5e-324,1.7976931348623157e+308,9007199254740992,0.000001],"booleans":[],"values":null,"parts":null,"nullable_rows":null,"required_rows":[]}`,
  },
  {
    name: "strings with the fewest escapes",
    schema: "Choice",
    message: { id: '"\\/\b\f\n\r\t\u0000\u001f\u007fé\u2028😀', flag: true },
    json: `{"object":"choice","id":"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007fé\u2028😀","type":"flag","flag":true}`,
  },
];
