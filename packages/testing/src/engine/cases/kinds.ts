import type { JsonObject } from "@bufbuild/protobuf";
import type { CaseViolation, DocumentCase } from "../case.js";
import { objectText } from "./support.js";

/** The members of the smallest `Kinds`, as JSON text. */
const base = {
  content: `"c"`,
  nullable_content: "null",
  stop: "null",
  required_mode: `"none"`,
  required_stop: `"s"`,
};
/** The message of the smallest `Kinds`. */
export const baseMessage: JsonObject = {
  content: { text: "c" },
  requiredMode: { level: "LEVEL_NONE" },
  requiredStop: { one: "s" },
};

/** A member of `Kinds` with its JSON and the expected result; all other members are valid. */
type Row = readonly [
  name: string,
  member: string,
  json: string,
  /** The fields that hold the value; undefined if the residue keeps the exact text. */
  held: JsonObject | undefined,
  ...violations: CaseViolation[],
];

function documentOf([name, member, json, held, ...violations]: Row): DocumentCase {
  const { [localNameOf(member)]: _, ...others } = baseMessage;
  return {
    name: `${member}: ${name}`,
    schema: "Kinds",
    json: objectText({ ...base, [member]: json }),
    message:
      held === undefined
        ? { ...others, jsonResidue: { members: { [member]: json } } }
        : { ...others, ...held },
    violations,
  };
}

function localNameOf(member: string): string {
  return member.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Payloads of unions by kind that fit an arm. */
const held: readonly Row[] = [
  ["a string", "content", String.raw`"a\n\u0041"`, { content: { text: "a\nA" } }],
  ["an empty string", "content", `""`, { content: { text: "" } }],
  ["a long string", "content", `"${"x".repeat(300)}"`, { content: { text: "x".repeat(300) } }],
  ["a number", "content", "-12", { content: { count: -12 } }],
  ["zero", "content", "0", { content: { count: 0 } }],
  ["an integer as a fraction", "content", "1.50e1", { content: { count: 15 } }],
  ["true", "content", "true", { content: { flag: true } }],
  ["false", "content", "false", { content: { flag: false } }],
  [
    "an array",
    "content",
    `["a",{"kind":"part"},1.5]`,
    {
      content: { parts: { parts: [{ text: "a" }, { part: {} }, { score: 1.5 }] } },
    },
  ],
  ["an empty array", "content", "[ ]", { content: { parts: {} } }],
  [
    "arrays within each other",
    "content",
    "[[],[[2]]]",
    {
      content: {
        parts: {
          parts: [{ parts: {} }, { parts: { parts: [{ parts: { parts: [{ score: 2 }] } }] } }],
        },
      },
    },
  ],
  ["an object", "content", `{"kind":"part"}`, { content: { part: {} } }],
  [
    "an object with a residue of its own",
    "content",
    `{"kind":"part","x":1.0}`,
    { content: { part: { jsonResidue: { members: { x: "1.0" } } } } },
    ["unknown_member", "/content/x", "Part"],
  ],
  ["null, which the required field holds", "content", "null", { content: { none: null } }],
  ["null, which says that it is unset", "nullable_content", "null", {}],
  [
    "null, which says that it is unset",
    "optional_content",
    "null",
    {
      jsonResidue: { nullFields: [3] },
    },
  ],
  ["a string", "nullable_content", `"x"`, { nullableContent: { text: "x" } }],
  [
    "elements of every kind",
    "contents",
    `["a",["b"],null,1,true,{"kind":"part"}]`,
    {
      contents: [
        { text: "a" },
        { parts: { parts: [{ text: "b" }] } },
        { none: null },
        { count: 1 },
        { flag: true },
        { part: {} },
      ],
    },
  ],
  ["no elements", "contents", "[]", { jsonResidue: { emptyFields: [4] } }],
  [
    "values of every kind",
    "named_contents",
    `{"a":"a","b":null,"":["c"]}`,
    {
      namedContents: {
        a: { text: "a" },
        b: { none: null },
        "": { parts: { parts: [{ text: "c" }] } },
      },
    },
  ],
  ["a string", "stop", `"x"`, { stop: { one: "x" } }],
  ["an array of strings", "stop", `["x","y"]`, { stop: { many: { strings: ["x", "y"] } } }],
  ["a string of the enum", "chosen", `"red"`, { chosen: { color: "COLOR_RED" } }],
  ["a string of the enum below 0", "chosen", `"negative"`, { chosen: { color: "COLOR_NEGATIVE" } }],
  [
    "a string of the enum by escapes",
    "chosen",
    String.raw`"\u0072ed"`,
    {
      chosen: { color: "COLOR_RED" },
    },
  ],
  [
    "an object by its constant",
    "chosen",
    `{"id":"c","type":"flag","flag":true,"object":"choice"}`,
    {
      chosen: { choice: { id: "c", flag: true } },
    },
  ],
  [
    "an object by the tag of the adjacent union",
    "chosen",
    `{"event":"done","data":"x"}`,
    {
      chosen: { event: { done: "x" } },
    },
  ],
  ["a string of the enum", "open_chosen", `"some"`, { openChosen: { level: "LEVEL_SOME" } }],
  [
    "any other string, in the arm for strings",
    "open_chosen",
    `"few"`,
    {
      openChosen: { name: "few" },
    },
  ],
  ["the empty string, in the arm for strings", "open_chosen", `""`, { openChosen: { name: "" } }],
  [
    "an object that no constant tells",
    "open_chosen",
    `{"object":"box","n":1.0}`,
    { openChosen: { other: `{"object":"box","n":1.0}` } },
    [
      "unknown_variant",
      "/open_chosen/object",
      "OpenChosen.chosen",
      {
        expected: `one of "choice"`,
        found: `"box"`,
      },
    ],
  ],
  [
    "an array, which no arm is for",
    "open_chosen",
    `[1.0,{"a":null}]`,
    { openChosen: { other: `[1.0,{"a":null}]` } },
    [
      "unknown_variant",
      "/open_chosen",
      "OpenChosen.chosen",
      {
        expected: "a string or an object",
        found: "an array of 2",
      },
    ],
  ],
  [
    "a number, which no arm is for",
    "open_chosen",
    "1.50",
    { openChosen: { other: "1.50" } },
    ["unknown_variant", "/open_chosen", "OpenChosen.chosen"],
  ],
  [
    "null, which says that it is unset",
    "open_chosen",
    "null",
    {
      jsonResidue: { nullFields: [8] },
    },
  ],
  [
    "null, which the arm for all else of the required field holds",
    "required_mode",
    "null",
    { requiredMode: { other: "null" } },
    ["unknown_variant", "/required_mode", "Mode.mode", { expected: "a string or a number" }],
  ],
  [
    "a string beyond the enum, in the arm for all else",
    "mode",
    String.raw`"\u0066ew"`,
    { mode: { other: String.raw`"\u0066ew"` } },
    ["unknown_value", "/mode", "Mode.level", { expected: `one of "none", "some"` }],
  ],
  [
    "a string with a lone surrogate, in the arm for all else",
    "mode",
    String.raw`"\ud800"`,
    { mode: { other: String.raw`"\ud800"` } },
    ["unknown_value", "/mode", "Mode.level"],
  ],
  ["a number", "mode", "18446744073709551615", { mode: { number: "18446744073709551615" } }],
  [
    "elements of which some are in the arm for all else",
    "modes",
    `["none",[ 1 ],null,{"object":1}]`,
    {
      modes: [
        { level: "LEVEL_NONE" },
        { other: "[1]" },
        { other: "null" },
        { other: `{"object":1}` },
      ],
    },
    ["unknown_variant", "/modes/1", "Mode.mode"],
    ["unknown_variant", "/modes/2", "Mode.mode"],
    ["unknown_variant", "/modes/3", "Mode.mode", { found: "an object" }],
  ],
  ["base64", "image", `"AP8\u002f"`, { image: { data: "AP8/" } }],
  [
    "a string of the enum, which comes before base64",
    "image",
    `"none"`,
    {
      image: { level: "LEVEL_NONE" },
    },
  ],
  [
    "an object of an inline union",
    "image",
    `{"event":"done","data":"x"}`,
    {
      image: { document: { event: { done: "x" } } },
    },
  ],
  [
    "an object that the inline union keeps",
    "image",
    `{"a":1.0}`,
    { image: { document: { other: `{"a":1.0}` } } },
    ["unknown_variant", "/image/object", "Document.document", { found: "no such member" }],
  ],
  [
    "an array of arrays",
    "image",
    "[[1],[]]",
    {
      image: { rows: { rows: [{ cells: [1] }, {}] } },
    },
  ],
];

/** Payloads that fit no arm; the surrounding object keeps the member as text. */
const kept: readonly Row[] = [
  [
    "a number out of range",
    "content",
    "2147483648",
    undefined,
    ["not_representable", "/content", "Content.count", { found: "2147483648" }],
  ],
  ["a fraction", "content", "1.5", undefined, ["not_representable", "/content", "Content.count"]],
  [
    "a string with a lone surrogate",
    "content",
    String.raw`"\ud800"`,
    undefined,
    ["not_representable", "/content", "Content.text"],
  ],
  [
    "an array with elements of no arm",
    "content",
    `["a",null,{"kind":1,"x":2},[true]]`,
    undefined,
    [
      "wrong_type",
      "/content/1",
      "ContentPart",
      {
        expected: "a string, an object, a number or an array",
        found: "null",
      },
    ],
    ["wrong_type", "/content/2/kind", "Part"],
    ["unknown_member", "/content/2/x", "Part"],
    ["wrong_type", "/content/3/0", "ContentPart", { found: "true" }],
  ],
  [
    "an element that cannot be held",
    "contents",
    `["a",1.5,"b"]`,
    undefined,
    ["not_representable", "/contents/1", "Content.count"],
  ],
  [
    "a value that cannot be held",
    "named_contents",
    `{"a":"x","b":1e400}`,
    undefined,
    ["not_representable", "/named_contents/b", "Content.count"],
  ],
  [
    "a number, which no arm is for",
    "stop",
    "1.0",
    undefined,
    ["wrong_type", "/stop", "Stop", { expected: "a string or an array", found: "1.0" }],
  ],
  [
    "an object, which no arm is for",
    "stop",
    `{"object":"choice"}`,
    undefined,
    ["wrong_type", "/stop", "Stop", { found: "an object" }],
  ],
  [
    "true, which no arm is for",
    "required_stop",
    "true",
    undefined,
    ["wrong_type", "/required_stop", "Stop"],
  ],
  [
    "an array with an element of another type",
    "stop",
    `["a",[],1]`,
    undefined,
    ["wrong_type", "/stop/1", "Strings.strings"],
    ["wrong_type", "/stop/2", "Strings.strings"],
  ],
  [
    "a string beyond the enum",
    "chosen",
    `"blue"`,
    undefined,
    [
      "unknown_value",
      "/chosen",
      "Chosen.color",
      {
        expected: `one of "red", "grey", "negative"`,
        found: `"blue"`,
      },
    ],
  ],
  [
    "an object that nothing tells",
    "chosen",
    `{"object":"box"}`,
    undefined,
    [
      "unknown_variant",
      "/chosen/object",
      "Chosen.chosen",
      {
        expected: `one of "choice"`,
        found: `"box"`,
      },
    ],
  ],
  [
    "an empty object",
    "chosen",
    "{}",
    undefined,
    ["unknown_variant", "/chosen/object", "Chosen.chosen", { found: "no such member" }],
  ],
  [
    "an array, which no arm is for",
    "chosen",
    "[]",
    undefined,
    ["wrong_type", "/chosen", "Chosen", { expected: "a string or an object" }],
  ],
  [
    "a number out of range, which the arm for all else does not take",
    "mode",
    "-1",
    undefined,
    ["not_representable", "/mode", "Mode.number"],
  ],
  [
    "a string that is not base64",
    "image",
    `"AP8"`,
    undefined,
    ["not_representable", "/image", "Image.data"],
  ],
];

const others: readonly DocumentCase[] = [
  {
    name: "members in another order, with white space",
    schema: "Kinds",
    json: ` { "required_stop" : [ "s" , "t" ] , "stop" : null , "required_mode" : "some" , "contents" : [ [ ] , "a" ] , "nullable_content" : null , "content" : [ { "kind" : "part" } , 2 ] } `,
    message: {
      content: { parts: { parts: [{ part: {} }, { score: 2 }] } },
      contents: [{ parts: {} }, { text: "a" }],
      requiredMode: { level: "LEVEL_SOME" },
      requiredStop: { many: { strings: ["s", "t"] } },
    },
    output: `{"content":[{"kind":"part"},2],"nullable_content":null,"contents":[[],"a"],"stop":null,"required_mode":"some","required_stop":["s","t"]}`,
  },
  {
    name: "required members are null or absent",
    schema: "Kinds",
    json: objectText({ nullable_content: "null", stop: "null", required_stop: "null" }),
    message: { jsonResidue: { nullFields: [2000], absentFields: [1, 14] } },
    violations: [
      ["missing_member", "/content", "Kinds.content"],
      ["missing_member", "/required_mode", "Kinds.required_mode"],
      ["wrong_type", "/required_stop", "Kinds.required_stop", { expected: "a value" }],
    ],
  },
  {
    name: "the payload of a tagged union",
    schema: "Kinds",
    json: objectText({ ...base, type: `"inner"`, inner: `["a"]` }),
    message: { ...baseMessage, inner: { parts: { parts: [{ text: "a" }] } } },
  },
  {
    name: "the payload of a tagged union is null, which an arm holds",
    schema: "Kinds",
    json: objectText({ ...base, type: `"inner"`, inner: "null" }),
    message: { ...baseMessage, inner: { none: null } },
  },
  {
    name: "the payload of a tagged union is null, which no arm holds",
    schema: "Kinds",
    json: objectText({ ...base, inner_stop: "null", type: `"inner_stop"` }),
    message: { ...baseMessage, innerStop: {}, jsonResidue: { nullFields: [12] } },
  },
  {
    name: "the payload of a tagged union is absent",
    schema: "Kinds",
    json: objectText({ ...base, type: `"inner_stop"` }),
    message: { ...baseMessage, innerStop: {}, jsonResidue: { absentFields: [12] } },
  },
  {
    name: "the payload of a tagged union cannot be held",
    schema: "Kinds",
    json: objectText({ ...base, type: `"inner_stop"`, inner_stop: `[1,"a"]` }),
    message: {
      ...baseMessage,
      jsonResidue: { members: { type: `"inner_stop"`, inner_stop: `[1,"a"]` } },
    },
    violations: [["wrong_type", "/inner_stop/0", "Strings.strings"]],
  },
  {
    name: "a union by kind: what every mode refuses within the arm for all else",
    schema: "Kinds",
    json: objectText({ ...base, open_chosen: `[{"a":1,"a":2}]` }),
    violations: [
      ["unknown_variant", "/open_chosen", "OpenChosen.chosen"],
      ["duplicate_member", "/open_chosen/0/a", ""],
    ],
  },
];

/** Cases for unions by kind. */
export const kindCases: readonly DocumentCase[] = [
  ...[...held, ...kept].map(documentOf),
  ...others,
];
