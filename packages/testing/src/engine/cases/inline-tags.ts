import type { DocumentCase, MessageCase } from "../case.js";

const quoted = String.raw`"\"remark\"\n"`;
const expected = `one of "search", "search_v2", "remark", ${quoted}, "none", "some", "note"`;
const closedExpected = `one of "search", "search_v2", "remark", ${quoted}, "list" of "search", "list" of "search_v2", "list" of "remark", "list" of ${quoted}`;

/** Cases for arms that all strings of an enum select, and for objects without a tag. */
export const inlineTagCases: readonly DocumentCase[] = [
  {
    name: "the first string of an enum picks the arm",
    schema: "Item",
    json: `{"query":"q","type":"search"}`,
    message: { search: { query: "q", type: "SEARCH_TYPE_SEARCH" } },
    output: `{"query":"q","type":"search"}`,
  },
  {
    name: "another string of the enum picks the same arm",
    schema: "Item",
    json: String.raw`{"type":"s\u0065arch_v2","query":"q"}`,
    message: { search: { query: "q", type: "SEARCH_TYPE_SEARCH_V2" } },
    output: `{"query":"q","type":"search_v2"}`,
  },
  {
    name: "the string of the number 0 picks the arm",
    schema: "Item",
    json: `{"type":"none"}`,
    message: { scale: {} },
    output: `{"type":"none"}`,
  },
  {
    name: "an enum in a field of another name",
    schema: "Item",
    json: `{"texts":["t"],"type":"remark"}`,
    message: { remark: { kind: "REMARK_TYPE_REMARK", texts: ["t"] } },
  },
  {
    name: "a string of the enum that has escapes",
    schema: "ClosedItem",
    json: `{"type":${quoted}}`,
    message: { remark: { kind: "REMARK_TYPE_QUOTED" } },
    output: `{"type":${quoted}}`,
  },
  {
    name: "a string that no enum has",
    schema: "Item",
    json: `{"type":"search_v3"}`,
    message: { other: `{"type":"search_v3"}` },
    violations: [
      ["unknown_variant", "/type", "Item.item", { expected, found: `"search_v3"`, offset: 8 }],
    ],
  },
  {
    name: "the constant of an arm without a tag",
    schema: "Item",
    json: `{"role":"r","type":"note"}`,
    message: { note: { role: "r" } },
    output: `{"type":"note","role":"r"}`,
  },
  {
    name: "without a tag: an arm whose constant may be absent",
    schema: "Item",
    json: `{"role":"r"}`,
    message: { note: { role: "r", jsonResidue: { members: { type: "" } } } },
    output: `{"role":"r"}`,
  },
  {
    name: "without a tag: an arm whose enum may be absent",
    schema: "ClosedItem",
    json: ` { "texts" : [ "t" ] } `,
    message: { remark: { texts: ["t"] } },
    output: `{"texts":["t"]}`,
  },
  {
    name: "an empty object",
    schema: "ClosedItem",
    json: "{ }",
    message: { remark: {} },
    output: "{}",
  },
  {
    name: "without a tag: what the arm lacks is missing there",
    schema: "Item",
    json: `{"query":"q"}`,
    message: {
      note: { jsonResidue: { members: { type: "", query: `"q"` }, absentFields: [1] } },
    },
    violations: [
      ["missing_member", "/role", "Note.role"],
      ["unknown_member", "/query", "Note"],
    ],
  },
  {
    name: "without a tag: the adjacent union goes first",
    schema: "Item",
    json: `{"role":"r","event":"done","data":"x"}`,
    message: { event: { done: "x", jsonResidue: { members: { role: `"r"` } } } },
    violations: [["unknown_member", "/role", "OpenEvent"]],
  },
  {
    name: "a tag deeper in the object is not its own",
    schema: "Item",
    json: `{"role":{"type":"search"}}`,
    message: {
      note: { jsonResidue: { members: { type: "", role: `{"type":"search"}` } } },
    },
    violations: [["wrong_type", "/role", "Note.role"]],
  },
  ...["null", "7", `["note"]`, String.raw`"note\ud800"`].map(
    (tag): DocumentCase => ({
      name: `a tag that is no string is there: ${tag}`,
      schema: "Item",
      json: `{"role":"r","type":${tag}}`,
      message: { other: `{"role":"r","type":${tag}}` },
      violations: [["unknown_variant", "/type", "Item.item", { expected }]],
    }),
  ),
  {
    name: "a tag whose name has escapes is there",
    schema: "Item",
    json: String.raw`{"role":"r","\u0074ype":null}`,
    message: { other: String.raw`{"role":"r","\u0074ype":null}` },
    violations: [["unknown_variant", "/type", "Item.item"]],
  },
  {
    name: "two tags",
    schema: "Item",
    json: `{"type":null,"role":"r","type":"note"}`,
    violations: [
      ["unknown_variant", "/type", "Item.item"],
      ["duplicate_member", "/type", ""],
    ],
  },
  {
    name: "without an arm for all else: every mode refuses another tag",
    schema: "ClosedItem",
    json: `{"type":"note"}`,
    violations: [
      [
        "unknown_variant",
        "/type",
        "ClosedItem.item",
        { expected: closedExpected, found: `"note"`, always: true },
      ],
    ],
  },
  {
    name: "the string of an enum in the first element picks the list",
    schema: "ClosedItem",
    json: `{"type":"list","data":[{"query":"q","type":"search_v2"}]}`,
    message: { searches: { data: [{ query: "q", type: "SEARCH_TYPE_SEARCH_V2" }] } },
    output: `{"type":"list","data":[{"query":"q","type":"search_v2"}]}`,
  },
  {
    name: "a first element without a tag picks no list",
    schema: "ClosedItem",
    json: `{"type":"list","data":[{"texts":["t"]}]}`,
    violations: [
      ["unknown_variant", "/type", "ClosedItem.item", { expected: closedExpected, always: true }],
    ],
  },
  {
    name: "issue 17: no arm in a map, after an element of another type",
    schema: "Items",
    json: `{"items":[],"closed":{"a":7,"b":{"type":"note"}},"text":null}`,
    violations: [
      ["wrong_type", "/closed/a", "ClosedItem"],
      [
        "unknown_variant",
        "/closed/b/type",
        "ClosedItem.item",
        { expected: closedExpected, found: `"note"`, always: true },
      ],
    ],
  },
  {
    name: "in lists, maps and unions by kind",
    schema: "Items",
    json: `{"items":[{"role":"r"},{"type":"some"}],"closed":{"a":{},"b":{"type":"search"}},"text":{"type":"none"}}`,
    message: {
      items: [
        { note: { role: "r", jsonResidue: { members: { type: "" } } } },
        { scale: { type: "LEVEL_SOME" } },
      ],
      closed: { a: { remark: {} }, b: { search: { type: "SEARCH_TYPE_SEARCH" } } },
      text: { scale: {} },
    },
  },
  {
    name: "in a union by kind: an arm that has no tag",
    schema: "Items",
    json: `{"text":{"role":"r"}}`,
    message: { text: { untagged: { role: "r" } } },
    output: `{"text":{"role":"r"}}`,
  },
  {
    name: "in a union by kind: an object with another tag is kept in the object around it",
    schema: "Items",
    json: `{"text":{"type":"search"}}`,
    message: { jsonResidue: { members: { text: `{"type":"search"}` } } },
    violations: [
      [
        "unknown_variant",
        "/text/type",
        "TextOrItem.text",
        { expected: `one of "none", "some", "remark", ${quoted}` },
      ],
    ],
  },
];

/** Cases for messages with such arms. */
export const inlineTagMessageCases: readonly MessageCase[] = [
  {
    name: "the number of the enum is written, whatever it selects",
    schema: "Item",
    message: { search: { type: "SEARCH_TYPE_SEARCH_V2" } },
    json: `{"type":"search_v2"}`,
  },
  {
    name: "an enum without a string",
    schema: "Item",
    message: { search: { query: "q" } },
    violations: [["unknown_value", "/type", "Search.type"]],
  },
  {
    name: "an enum that may be absent is not written",
    schema: "Item",
    message: { remark: {} },
    json: "{}",
  },
  {
    name: "a constant that may be absent is written",
    schema: "Item",
    message: { note: { role: "r" } },
    json: `{"type":"note","role":"r"}`,
  },
];
