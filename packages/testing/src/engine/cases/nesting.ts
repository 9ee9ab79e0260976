import type { DocumentCase, MessageCase } from "../case.js";
import type { WireRecord } from "../wire.js";

// Protobuf's libraries read at most 100 nested messages.

const limits = { maxDepth: 1000 };

/** Returns nested choices; `inner` contains the members of the innermost one. */
function choices(levels: number, inner: string): string {
  const before = `{"object":"choice","id":"","type":"again","again":`;
  return `${before.repeat(levels - 1)}{"object":"choice","id":"",${inner}}${"}".repeat(levels - 1)}`;
}

const flag = `"type":"flag","flag":true`;
const refused = {
  path: "Choice",
  details: { expected: "at most 100 messages within each other", always: true, offset: 1 },
} as const;

function tooDeep(name: string, json: string, found: string): DocumentCase {
  return {
    name: `issue 11.30: ${name}`,
    schema: "Choice",
    json: ` ${json}`,
    violations: [["too_deep", "", refused.path, { ...refused.details, found }]],
    limits,
  };
}

/**
 * Returns `Kinds` with nested arrays as content. Each array needs two nested messages, a string
 * one.
 */
function contents(levels: number, inner: string): string {
  const content = `${"[".repeat(levels)}${inner}${"]".repeat(levels)}`;
  return `{"content":${content},"nullable_content":null,"stop":null,"required_mode":"none","required_stop":"s"}`;
}

/**
 * Cases for deep documents: the message that is read must not be too deep for any Protobuf library.
 */
export const nestedDocumentCases: readonly DocumentCase[] = [
  {
    name: "issue 11.30: 100 messages within each other",
    schema: "Choice",
    json: choices(100, flag),
    limits,
  },
  tooDeep("101 messages within each other", choices(101, flag), "101"),
  tooDeep("500 messages within each other", choices(500, flag), "500"),
  {
    name: "issue 11.30: 98 messages, a residue and the entry of its map",
    schema: "Choice",
    json: choices(98, `${flag},"x":[[]]`),
    violations: [["unknown_member", `${"/again".repeat(97)}/x`, "Choice"]],
    limits,
  },
  {
    name: "issue 11.30: 99 messages and a residue",
    schema: "Choice",
    json: choices(99, `${flag},"last":null`),
    limits,
  },
  tooDeep("100 messages and a residue", choices(100, `${flag},"last":null`), "101"),
  {
    name: "issue 11.30: a Value of 24 objects, as the 25th message",
    schema: "Choice",
    json: choices(25, `"type":"value","value":${'{"a":'.repeat(24)}1${"}".repeat(24)}`),
    limits,
  },
  tooDeep(
    "a Value of 24 objects, as the 28th message",
    choices(28, `"type":"value","value":${'{"a":'.repeat(24)}1${"}".repeat(24)}`),
    "101",
  ),
  {
    name: "unions by kind: 49 arrays within each other, and a string",
    schema: "Kinds",
    json: contents(49, `"a"`),
    limits,
  },
  {
    name: "unions by kind: 50 arrays within each other, which are 101 messages",
    schema: "Kinds",
    json: contents(50, ""),
    violations: [["too_deep", "", "Kinds", { always: true, found: "101" }]],
    limits,
  },
  {
    name: "unions by kind: an array passes the depth",
    schema: "Kinds",
    json: contents(5, ""),
    violations: [["too_deep", "/content/0/0/0", "", { always: true }]],
    limits: { maxDepth: 4 },
  },
];

function lists(levels: number): WireRecord[] {
  return levels === 0
    ? [{ field: 4, varint: 1 }]
    : [{ field: 6, message: [{ field: 1, message: lists(levels - 1) }] }];
}

function again(levels: number, inner: readonly WireRecord[]): readonly WireRecord[] {
  return levels === 1 ? inner : [{ field: 10, message: again(levels - 1, inner) }];
}

/** Returns nested groups with field number 100. */
function groups(levels: number): WireRecord {
  const bytes = (tag: readonly number[]): number[] =>
    Array.from({ length: levels }, () => tag).flat();
  return { raw: [...bytes([0xa3, 0x06]), ...bytes([0xa4, 0x06])] };
}

function textsOf(levels: number): readonly WireRecord[] {
  return [
    { field: 1, message: lists(levels) },
    { field: 3, message: [{ field: 4, varint: 1 }] },
    { field: 4, text: "1" },
  ];
}

const malformed = [["malformed_binary", "", ""]] as const;

/** Returns a part that consists of nested arrays, of two messages each, around a string. */
function part(levels: number): readonly WireRecord[] {
  return levels === 0
    ? [{ field: 1, text: "a" }]
    : [{ field: 4, message: [{ field: 1, message: part(levels - 1) }] }];
}

/** Returns `Kinds` with nested arrays as content. */
function kinds(levels: number): readonly WireRecord[] {
  return [
    { field: 1, message: [{ field: 2, message: [{ field: 1, message: part(levels - 1) }] }] },
    { field: 14, message: [{ field: 2, varint: 0 }] },
    { field: 2000, message: [{ field: 1, text: "s" }] },
  ];
}

/** Enough contents for a message that an engine reads in parts if it is refused. */
const many: readonly WireRecord[] = Array.from({ length: 20_000 }, () => ({
  field: 4,
  message: [{ field: 2, message: [{ field: 1, message: [{ field: 1, text: "a" }] }] }],
}));

/** Cases for deep messages: protobuf-es must be able to read every message that is written. */
export const nestedMessageCases: readonly MessageCase[] = [
  {
    name: "issue 11.30: a Value of 49 arrays",
    schema: "Texts",
    message: textsOf(49),
    json: `{"optional_value":${"[".repeat(49)}true${"]".repeat(49)},"nullable_value":null,"required_value":true,"required_text":1,"nullable_text":null}`,
  },
  ...[50, 97, 98, 99, 400, 999].map(
    (levels): MessageCase => ({
      name: `issue 11.30: a Value of ${levels} arrays`,
      schema: "Texts",
      message: textsOf(levels),
      violations: malformed,
      limits,
    }),
  ),
  ...[50, 98, 99].map(
    (levels): MessageCase => ({
      name: `issue 11.30: a Value of ${levels} arrays, with the default depth`,
      schema: "Texts",
      message: textsOf(levels),
      violations: malformed,
    }),
  ),
  {
    name: "issue 11.30: 100 messages",
    schema: "Choice",
    message: again(100, [{ field: 8, varint: 1 }]),
    json: choices(100, flag),
    limits,
  },
  {
    name: "issue 11.30: 101 messages",
    schema: "Choice",
    message: again(101, [{ field: 8, varint: 1 }]),
    violations: malformed,
    limits,
  },
  {
    name: "issue 11.30: 101 messages, of which the innermost is replaced",
    schema: "Choice",
    message: [
      { field: 10, message: again(100, []) },
      { field: 8, varint: 1 },
    ],
    violations: malformed,
  },
  {
    name: "issue 11.30: a message and 99 unknown groups",
    schema: "Part",
    message: [groups(99)],
    json: `{"kind":"part"}`,
  },
  {
    name: "issue 11.30: a message and 100 unknown groups",
    schema: "Part",
    message: [groups(100)],
    violations: malformed,
  },
  {
    name: "issue 11.30: 50 messages and 50 unknown groups",
    schema: "Choice",
    message: again(50, [{ field: 8, varint: 1 }, groups(50)]),
    json: choices(50, flag),
  },
  {
    name: "issue 11.30: 50 messages and 51 unknown groups",
    schema: "Choice",
    message: again(50, [{ field: 8, varint: 1 }, groups(51)]),
    violations: malformed,
  },
  {
    name: "unions by kind: 49 arrays within each other, and a string",
    schema: "Kinds",
    message: kinds(49),
    json: contents(49, `"a"`),
  },
  {
    name: "unions by kind: 50 arrays within each other, which are 102 messages",
    schema: "Kinds",
    message: kinds(50),
    violations: malformed,
  },
  {
    name: "unions by kind: one of many is unset",
    schema: "Kinds",
    message: [...kinds(1), ...many, { field: 4, message: [] }],
    violations: [["missing_member", "/contents/20000", "Content.content"]],
  },
  {
    name: "unions by kind: one element of many is unset",
    schema: "Kinds",
    message: [
      ...kinds(1).slice(1),
      {
        field: 1,
        message: [
          {
            field: 2,
            message: [
              ...Array.from({ length: 20_000 }, () => ({
                field: 1,
                message: [{ field: 1, text: "a" }],
              })),
              { field: 1, message: [] },
            ],
          },
        ],
      },
    ],
    violations: [["missing_member", "/content/20000", "ContentPart.piece"]],
  },
];
