import { residueMember, type WireRecord, writeWire } from "@stepwire/testing";
import type { BinaryInput, Topic } from "../topic.js";

const call: readonly WireRecord[] = [
  { field: 1, text: "c" },
  { field: 4, message: [{ field: 1, text: "f" }] },
];

const step: readonly WireRecord[] = [
  { field: 1, text: "s" },
  { field: 2, varint: 1 },
  { field: 3, text: "r" },
  { field: 5, text: "t" },
  { field: 6, varint: 2 },
  { field: 7, varint: 7 },
  { field: 13, message: [{ field: 2, message: [{ field: 1, message: call }] }] },
];

/** A residue of one list of field numbers. */
function numbered(field: number, ...numbers: readonly number[]): WireRecord {
  return { field: 2047, message: [{ field, packed: numbers }] };
}

/** A Value with a number. */
function numberValue(double: number): WireRecord[] {
  return [{ field: 2, double }];
}

type Message = readonly [name: string, schema: string, records: readonly WireRecord[]];

const unlike: readonly Message[] = [
  ["no bytes, where nothing is required", "ApiError", []],
  ["fields in order", "RunStep", step],
  ["fields in the opposite order", "RunStep", step.toReversed()],
  [
    "the last of a scalar wins",
    "RunStep",
    [{ field: 1, text: "a" }, { field: 7, varint: 1 }, ...step],
  ],
  [
    "zero values that are written",
    "RunStep",
    [
      ...step,
      { field: 1, text: "" },
      { field: 2, varint: 0 },
      { field: 9, varint: 0 },
      { field: 4, text: "" },
    ],
  ],
  [
    "a message in pieces is merged",
    "RunStep",
    [
      { field: 14, message: [{ field: 1, varint: 5 }, residueMember("a", "1")] },
      ...step,
      { field: 14, message: [{ field: 2, varint: 6 }, residueMember("b", "2")] },
      { field: 14, message: [{ field: 1, varint: 7 }] },
    ],
  ],
  [
    "the last arm of a oneof wins",
    "ToolCall",
    [...call, { field: 3, message: [] }, { field: 2, message: [{ field: 1, text: "1+1" }] }],
  ],
  [
    "an arm that comes again after another starts anew",
    "ToolCall",
    [...call, { field: 3, message: [] }, { field: 4, message: [{ field: 2, text: "{}" }] }],
  ],
  [
    "an arm in pieces is merged",
    "ToolCall",
    [...call, { field: 4, message: [{ field: 2, text: "{}" }] }],
  ],
  [
    "a list in pieces",
    "StepDetails",
    [
      { field: 2, message: [{ field: 1, message: call }] },
      { field: 2, message: [{ field: 1, message: [...call, { field: 1, text: "d" }] }] },
    ],
  ],
  [
    "a map: the last value of a key wins, entries without a key or a value",
    "RunStep",
    [
      ...step,
      {
        field: 15,
        message: [
          { field: 1, text: "a" },
          { field: 2, message: numberValue(1) },
        ],
      },
      {
        field: 15,
        message: [
          { field: 2, message: numberValue(2) },
          { field: 1, text: "b" },
        ],
      },
      {
        field: 15,
        message: [
          { field: 1, text: "a" },
          { field: 2, message: [{ field: 4, varint: 1 }] },
        ],
      },
      { field: 15, message: [{ field: 2, message: [{ field: 3, text: "no key" }] }] },
      {
        field: 15,
        message: [
          { field: 1, text: "null" },
          { field: 2, message: [{ field: 1, varint: 0 }] },
        ],
      },
    ],
  ],
  [
    "a length of more bytes than it takes",
    "MessageCreation",
    [{ raw: [0x0a, 0x81, 0x80, 0x80, 0x00, 0x6d] }],
  ],
  [
    "a tag of more bytes than it takes",
    "MessageCreation",
    [{ raw: [0x8a, 0x80, 0x00, 0x01, 0x6d] }],
  ],
  [
    "varints of ten bytes: the excess is cut off",
    "RunStepUsage",
    [{ raw: [0x08, 0x81, 0x80, 0x80, 0x80, 0xf0, 0xff, 0xff, 0xff, 0xff, 0x01] }],
  ],
  [
    "the smallest and the largest integers",
    "RunStep",
    [
      ...step,
      { field: 2, varint: 2n ** 63n },
      { field: 9, varint: 9223372036854775807n },
      { field: 10, varint: 2n ** 64n - 1n },
    ],
  ],
  ["a boolean that is another varint", "RunStepList", [{ field: 4, varint: 7 }]],
  ["an enum's 0 without a string, where it is optional", "ImageFile", [{ field: 1, text: "f" }]],
  ["doubles", "FileSearchResult", [{ field: 3, double: 5e-324 }]],
  ["a double of one third", "FileSearchResult", [{ field: 3, double: 1 / 3 }]],
  ["a negative zero", "FileSearchRankingOptions", [{ field: 2, double: -0 }]],
  ["the largest double", "FileSearchResult", [{ field: 3, double: Number.MAX_VALUE }]],
  ["a double beyond 2^53", "FileSearchResult", [{ field: 3, double: 2 ** 60 }]],
  [
    "unknown fields of every wire type",
    "MessageCreation",
    [
      { field: 1, text: "m" },
      { field: 100, varint: 1 },
      { field: 101, fixed32: 2 },
      { field: 102, fixed64: 3n },
      { field: 103, text: "x" },
      { raw: [0xc3, 0x06, 0x08, 0x01, 0x13, 0x14, 0xc4, 0x06] },
    ],
  ],
  [
    "unknown fields within",
    "RunStep",
    [...step, { field: 14, message: [{ field: 99, text: "x" }] }, { field: 536870911, varint: 1 }],
  ],
];

const residueSays: readonly Message[] = [
  [
    "unknown members, in order",
    "RunStep",
    [...step, residueMember("z", "1"), residueMember("a", `{"b":[1.0,1e400]}`)],
  ],
  [
    "null, absent and empty",
    "RunStep",
    [...step, numbered(2, 15, 16), numbered(3, 14, 12), numbered(4, 15)],
  ],
  [
    "unpacked numbers",
    "RunStep",
    [
      ...step,
      {
        field: 2047,
        message: [
          { field: 3, varint: 14 },
          { field: 3, varint: 10 },
        ],
      },
    ],
  ],
  [
    "a field that is set wins",
    "RunStep",
    [
      ...step,
      residueMember("id", `"other"`),
      residueMember("usage", "1"),
      numbered(3, 1, 14),
      { field: 14, message: [] },
    ],
  ],
  [
    "a constant of another value",
    "RunStep",
    [...step, residueMember("object", `"thread.run.step.v2"`)],
  ],
  ["a constant that is absent", "RunStep", [...step, residueMember("object", "")]],
  [
    "an unknown enum value",
    "RunStep",
    [
      ...step.filter((record) => !("field" in record) || record.field !== 7),
      residueMember("status", `"paused"`),
    ],
  ],
  [
    "a known enum value, where the field is set",
    "RunStep",
    [...step, residueMember("status", `"paused"`)],
  ],
  ["a tag of its own", "ToolCall", [...call, residueMember("type", `"function.v2"`)]],
  ["a tag that is absent", "ToolCall", [...call, residueMember("type", "")]],
  [
    "a whole union",
    "ToolCall",
    [{ field: 1, text: "c" }, residueMember("type", `"browser"`), residueMember("browser", "{}")],
  ],
  ["a payload that is absent", "DeltaToolCall", [{ field: 4, message: [] }, numbered(3, 4)]],
  ["numbers of fields that nobody has", "RunStep", [...step, numbered(2, 0, 1000, 4294967295)]],
  [
    "white space within a text",
    "MessageCreation",
    [{ field: 1, text: "m" }, residueMember("x", ` [ 1 , { } ] `)],
  ],
];

const refused: readonly Message[] = [
  ["what must be there is not: a message", "RunStep", step.slice(0, 6)],
  [
    "what must be there is not: at every depth",
    "RunStepList",
    [
      { field: 1, message: step.slice(0, 5) },
      {
        field: 1,
        message: [
          ...step.slice(0, 6),
          { field: 13, message: [{ field: 2, message: [{ field: 1, message: [] }] }] },
        ],
      },
    ],
  ],
  ["a union that is unset", "ToolCall", [{ field: 1, text: "c" }]],
  ["a stream event without an event", "StreamEvent", []],
  ["a document without an arm", "Document", []],
  ["an enum number that the schema does not have", "RunStep", [...step, { field: 7, varint: 99 }]],
  ["an enum's 0", "RunStep", [...step, { field: 6, varint: 0 }]],
  ["an optional enum that is set to 0", "ImageFile", [{ field: 2, varint: 0 }]],
  ["NaN", "FileSearchResult", [{ field: 3, double: Number.NaN }]],
  [
    "an infinity in a Value",
    "RunStep",
    [
      ...step,
      {
        field: 15,
        message: [
          { field: 1, text: "a/b" },
          { field: 2, message: numberValue(Number.NEGATIVE_INFINITY) },
        ],
      },
    ],
  ],
  ["a Value without a kind", "ApiError", [{ field: 4, message: [] }]],
  [
    "residue that is no JSON",
    "MessageCreation",
    [{ field: 1, text: "m" }, residueMember("x", "[1,]")],
  ],
  [
    "residue with two values",
    "MessageCreation",
    [{ field: 1, text: "m" }, residueMember("x", "1 2")],
  ],
  [
    "an empty text of an unknown member",
    "MessageCreation",
    [{ field: 1, text: "m" }, residueMember("x", "")],
  ],
  [
    "residue with duplicate members",
    "MessageCreation",
    [{ field: 1, text: "m" }, residueMember("x", `{"a":1,"a":2}`)],
  ],
  [
    "residue with an ill-formed name",
    "MessageCreation",
    [{ field: 1, text: "m" }, residueMember("x", `{"\\ud800":1}`)],
  ],
  [
    "residue that is no JSON for a known member",
    "RunStep",
    [...step, residueMember("completed_at", "soon")],
  ],
  [
    "a verbatim text that is no JSON",
    "StreamEvent",
    [
      {
        field: 10,
        message: [
          { field: 1, text: "e" },
          { field: 2, text: "{" },
        ],
      },
    ],
  ],
  ["another document that is no object", "Document", [{ field: 5, text: "[]" }]],
  [
    "several at once",
    "RunStep",
    [
      ...step.slice(0, 5),
      {
        field: 2047,
        message: [
          {
            field: 1,
            message: [
              { field: 1, text: "x" },
              { field: 2, text: "y" },
            ],
          },
        ],
      },
    ],
  ],
];

function inputOf([name, schema, records]: Message): BinaryInput {
  return { name, schema, binary: writeWire(records) };
}

/** Binary that no engine writes, and messages that have no JSON. */
export const binary: Topic = {
  topic: "binary",
  about:
    "Binary messages that are written as JSON: in other orders and pieces than an engine writes, with unknown fields, with every kind of residue, and messages that have no JSON form.",
  inputs: [
    ...unlike.map(inputOf),
    ...residueSays.map(inputOf),
    ...refused.map(inputOf),
    ...unlike
      .filter(([name]) => name.startsWith("unknown fields"))
      .map(
        (message): BinaryInput => ({
          ...inputOf(message),
          name: `${message[0]}, which are refused`,
          refuseUnknownFields: true,
        }),
      ),
  ],
};
