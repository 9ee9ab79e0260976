import type { DocumentCase } from "../case.js";

/** The canonical form of an empty Part. */
const part = `{"kind":"part"}`;
const thing = `"version":"v1","id":"t","object":"thing","ended_at":null,"color":"red","border":null,"part":${part},"spare_part":null,"flag":true,"score":1.5,"nullable_score":null`;
const thingMessage = { id: "t", color: "COLOR_RED", part: {}, flag: true, score: 1.5 };

/** Cases for the table "Members" in docs/mapping.md: how members correspond to fields. */
export const memberCases: readonly DocumentCase[] = [
  {
    name: "fields are members; constants are not stored; members come in the order of the schema",
    schema: "Thing",
    json: `{${thing}}`,
    message: thingMessage,
    output: `{${thing}}`,
  },
  {
    name: "members in any order, with white space of every kind",
    schema: "Thing",
    json: ` \t\r\n{ "nullable_score" :null,"score"\t: 1.5 ,"flag"\n:\ntrue\r,\r"spare_part":\tnull,"part":{ "kind" :\r\n"part"\t},"border":null,"color":"red","ended_at":null,"object":"thing","id":"t","version":"v1"\t}\n \r\t`,
    message: thingMessage,
    output: `{${thing}}`,
  },
  {
    name: "names, constants and enum strings are the same when spelled with escapes",
    schema: "Thing",
    json: `{${thing
      .replace(`"object":"thing"`, String.raw`"\u006fbject":"th\u0069ng"`)
      .replace(`"color":"red"`, String.raw`"colo\u0072":"\u0072\u0065\u0064"`)
      .replace(`"id"`, String.raw`"\u0069\u0064"`)}}`,
    message: thingMessage,
    output: `{${thing}}`,
  },
  {
    name: "a name that the option gives, with characters that are escaped in text and pointer",
    schema: "Part",
    json: String.raw`{"kind":"part","Part name / ~ \"quoted\"":"x"}`,
    message: { name: "x" },
    output: String.raw`{"kind":"part","Part name / ~ \"quoted\"":"x"}`,
  },
  {
    name: "a name that is only the beginning of one with a quote in it, which came before",
    schema: "Wide",
    json: String.raw`{"parts":[{"kind":"part","Part name / ~ \"quoted\"":"x"},{"kind":"part","Part name / ~ \"quoted":"y"}],"count":null,"text":null}`,
    message: {
      parts: [{ name: "x" }, { jsonResidue: { members: { 'Part name / ~ "quoted': `"y"` } } }],
    },
    violations: [["unknown_member", '/parts/1/Part name ~1 ~0 "quoted', "Part"]],
  },
  {
    name: "a name that begins with one with a quote in it, and goes on with a quote",
    schema: "Part",
    json: String.raw`{"kind":"part","Part name / ~ \"quoted\"\"":"y"}`,
    message: { jsonResidue: { members: { 'Part name / ~ "quoted""': `"y"` } } },
    violations: [["unknown_member", '/Part name ~1 ~0 "quoted""', "Part"]],
  },
  {
    name: "the declared name of a renamed field is unknown",
    schema: "Part",
    json: `{"kind":"part","name":"x"}`,
    message: { jsonResidue: { members: { name: `"x"` } } },
    violations: [
      ["unknown_member", "/name", "Part", { expected: "no such member", found: `"x"`, offset: 22 }],
    ],
  },
  {
    name: "the lowerCamelCase of a field, which ProtoJSON would write, is unknown",
    schema: "Maps",
    json: `{"values":{},"parts":null,"largeIntegers":{}}`,
    message: { jsonResidue: { members: { largeIntegers: "{}" } } },
    violations: [["unknown_member", "/largeIntegers", "Maps"]],
  },
  {
    name: "the field of the residue is no member",
    schema: "Part",
    json: `{"kind":"part","json_residue":{"members":{"a":"1"}},"jsonResidue":2}`,
    message: {
      jsonResidue: { members: { json_residue: `{"members":{"a":"1"}}`, jsonResidue: "2" } },
    },
    violations: [
      ["unknown_member", "/json_residue", "Part"],
      ["unknown_member", "/jsonResidue", "Part"],
    ],
  },
  {
    name: "the number of a field is no name",
    schema: "Part",
    json: `{"kind":"part","1":"x"}`,
    message: { jsonResidue: { members: { "1": `"x"` } } },
    violations: [["unknown_member", "/1", "Part"]],
  },
  {
    name: "a negative number of an enum",
    schema: "Maps",
    json: `{"values":{},"parts":null,"colors":{"a":"negative","b":"red","c":"grey"}}`,
    message: { colors: { a: "COLOR_NEGATIVE", b: "COLOR_RED", c: "COLOR_GREY" } },
  },
  {
    name: "an enum whose 0 has a string",
    schema: "Lists",
    json: `{"required_strings":[],"colors":null,"levels":["none","some","none"],"booleans":[],"values":null,"parts":null,"nullable_rows":null,"required_rows":[]}`,
    message: { levels: ["LEVEL_NONE", "LEVEL_SOME", "LEVEL_NONE"], requiredRows: {} },
  },
  {
    name: "the name of an enum value is not its string",
    schema: "Maps",
    json: `{"values":{},"parts":null,"colors":{"a":"COLOR_RED"}}`,
    message: { jsonResidue: { members: { colors: `{"a":"COLOR_RED"}` } } },
    violations: [
      ["unknown_value", "/colors/a", "Maps.colors", { found: `"COLOR_RED"`, offset: 40 }],
    ],
  },
  {
    name: "lists of every type, and arrays of arrays",
    schema: "Lists",
    json: `{"strings":["a","","b"],"required_strings":["c"],"colors":["red"],"levels":["some"],"doubles":[0,-1.5,1e300],"integers":[18446744073709551615,0],"booleans":[true,false],"values":[null,1,"x",[],{}],"texts":["\\u0041",1.0,null,[ ]],"parts":[${part},${part}],"rows":[[1,2],[]],"nullable_rows":[],"required_rows":[[-2147483648]]}`,
    message: {
      strings: ["a", "", "b"],
      requiredStrings: ["c"],
      colors: ["COLOR_RED"],
      levels: ["LEVEL_SOME"],
      doubles: [0, -1.5, 1e300],
      integers: ["18446744073709551615", "0"],
      booleans: [true, false],
      values: [null, 1, "x", [], {}],
      texts: ['"\\u0041"', "1.0", "null", "[]"],
      parts: [{}, {}],
      rows: { rows: [{ cells: [1, 2] }, {}] },
      nullableRows: {},
      requiredRows: { rows: [{ cells: [-2147483648] }] },
    },
  },
  {
    name: "maps of every type",
    schema: "Maps",
    json: `{"values":{"a":null,"b":{"c":[1]}},"parts":{"a":${part}},"integers":{"a":-1},"large_integers":{"a":-9223372036854775808},"colors":{"a":"grey"},"strings":{"":"","a":"b"},"doubles":{"a":0.1},"booleans":{"a":false},"rows":{"a":[1],"b":[]},"texts":{"a":1.0,"b":null}}`,
    message: {
      values: { a: null, b: { c: [1] } },
      parts: { a: {} },
      integers: { a: -1 },
      largeIntegers: { a: "-9223372036854775808" },
      colors: { a: "COLOR_GREY" },
      strings: { "": "", a: "b" },
      doubles: { a: 0.1 },
      booleans: { a: false },
      rows: { a: { cells: [1] }, b: {} },
      texts: { a: "1.0", b: "null" },
    },
  },
  {
    name: "any JSON value, as a value and as its text",
    schema: "Texts",
    json: `{"optional_value":{"a":[true,null,1.50,"\\u0041"]},"nullable_value":"x","required_value":[ ],"required_text":{ "a" : [ 1.50 , "\\u0041 \\/" ] },"optional_text":-0.0e+00,"nullable_text":"x y"}`,
    message: {
      optionalValue: { a: [true, null, 1.5, "A"] },
      nullableValue: "x",
      requiredValue: [],
      requiredText: `{"a":[1.50,"\\u0041 \\/"]}`,
      optionalText: "-0.0e+00",
      nullableText: `"x y"`,
    },
  },
  {
    name: "a message type within itself",
    schema: "Thing",
    json: `{${thing},"parent":{${thing},"parent":{${thing}}}}`,
    message: { ...thingMessage, parent: { ...thingMessage, parent: thingMessage } },
  },
  {
    name: "an inline union within an object",
    schema: "Thing",
    json: `{${thing},"document":{${thing}}}`,
    message: { ...thingMessage, document: { thing: thingMessage } },
  },
];
