import type { MessageCase } from "../case.js";
import type { SchemaName } from "../schemas.js";
import { residueMember, type WireRecord } from "../wire.js";

/** Bytes that are neither UTF-8 nor a message. */
const bad = [0xff];

type Message = readonly WireRecord[];

/** Returns the residue of a message, with entries for members. */
function residue(...entries: readonly Message[]): WireRecord {
  return { field: 2047, message: entries.map((message) => ({ field: 1, message })) };
}

/** Returns an entry of a map. */
function entry(key: string, ...values: readonly WireRecord[]): Message {
  return [{ field: 1, text: key }, ...values];
}

const badText: WireRecord = { field: 2, bytes: bad };
const goodText: WireRecord = { field: 2, text: "1" };
const badString: Message = [{ field: 3, bytes: bad }];
const goodString: Message = [{ field: 3, text: "x" }];
/** A Value without a kind, followed by a malformed one. */
const badElements: Message = [
  {
    field: 6,
    message: [
      { field: 1, message: [] },
      { field: 1, message: badString },
    ],
  },
];
/** The required content of Maps and Texts. */
const maps: Message = [{ field: 1, message: entry("", { field: 2, message: goodString }) }];
const texts: Message = [
  { field: 3, message: goodString },
  { field: 4, text: "1" },
];

/** Malformed parts, by what replaces them or prevents them from being written. */
const malformed: readonly (readonly [name: string, schema: SchemaName, message: Message])[] = [
  [
    "a Value in a map, by the same key",
    "Maps",
    [
      { field: 1, message: entry("k", { field: 2, message: badString }) },
      { field: 1, message: entry("k", { field: 2, message: goodString }) },
    ],
  ],
  [
    "a Value in a map, by the same key among many",
    "Maps",
    [
      { field: 1, message: entry("k", { field: 2, message: badString }) },
      ...[..."abcdefghijklmk"].map((key) => ({
        field: 1,
        message: entry(key, { field: 2, message: goodString }),
      })),
    ],
  ],
  [
    "a message in a map, by the same key",
    "Maps",
    [
      ...maps,
      {
        field: 2,
        message: entry("k", { field: 2, message: [{ field: 1, bytes: bad }] }),
      },
      { field: 2, message: entry("k", { field: 2, message: [] }) },
    ],
  ],
  [
    "a string in a map, by the same key",
    "Maps",
    [...maps, { field: 6, message: entry("k", badText) }, { field: 6, message: entry("k") }],
  ],
  [
    "a value in a map that has another type, by the same key",
    "Maps",
    [
      ...maps,
      { field: 4, message: entry("k", { field: 2, fixed64: 1n }) },
      { field: 4, message: entry("k", { field: 2, varint: 1 }) },
    ],
  ],
  [
    "a member of a Value, by the same name",
    "Texts",
    [
      ...texts,
      {
        field: 1,
        message: [
          {
            field: 5,
            message: [badString, goodString].map((value) => ({
              field: 1,
              message: entry("k", { field: 2, message: value }),
            })),
          },
        ],
      },
    ],
  ],
  [
    "a string in the entry of a map, by another",
    "Maps",
    [...maps, { field: 6, message: entry("k", badText, goodText) }],
  ],
  [
    "the key in the entry of a map, by another",
    "Maps",
    [...maps, { field: 6, message: [{ field: 1, bytes: bad }, ...entry("k", goodText)] }],
  ],
  [
    "a text of the residue, by its field",
    "Part",
    [{ field: 1, text: "p" }, residue(entry('Part name / ~ "quoted"', badText))],
  ],
  ["a text of the residue, by the same name", "Part", [residue(entry("x", badText), entry("x"))]],
  [
    "a text of the residue, by another in its entry",
    "Part",
    [residue(entry("x", badText, goodText))],
  ],
  [
    "a text of the residue of an arm that is not set",
    "Choice",
    [{ field: 8, varint: 1 }, residue(entry("flag", badText))],
  ],
  [
    "the tag of any other arm, by a text of the residue",
    "OpenEvent",
    [{ field: 5, message: [{ field: 1, bytes: bad }] }, residue(entry("event", goodText))],
  ],
  [
    "the tag of any other arm, by another",
    "OpenEvent",
    [
      {
        field: 5,
        message: [
          { field: 1, bytes: bad },
          { field: 1, text: "e" },
        ],
      },
    ],
  ],
  [
    "the content of any other arm, by another",
    "OpenEvent",
    [
      { field: 5, message: [{ field: 2, bytes: bad }] },
      { field: 5, message: [goodText, { field: 1, text: "e" }] },
    ],
  ],
  [
    "any other arm, by an arm",
    "OpenEvent",
    [
      { field: 5, message: [{ field: 1, bytes: bad }] },
      { field: 2, text: "d" },
    ],
  ],
  [
    "a string, by another",
    "Part",
    [
      { field: 1, bytes: bad },
      { field: 1, text: "p" },
    ],
  ],
  [
    "an arm, by another",
    "Choice",
    [
      { field: 2, bytes: bad },
      { field: 8, varint: 1 },
    ],
  ],
  [
    "an arm that has no JSON form and then is malformed, by another",
    "Choice",
    [
      { field: 9, message: badElements },
      { field: 8, varint: 1 },
    ],
  ],
  [
    "a kind of a Value, by another",
    "Texts",
    [...texts, { field: 1, message: [...badElements, { field: 4, varint: 1 }] }],
  ],
  [
    "a message within a piece of a message, by another piece",
    "Thing",
    [
      { field: 4, varint: 1 },
      { field: 8, message: [] },
      {
        field: 7,
        message: [
          { field: 4, varint: 1 },
          { field: 8, message: [{ field: 1, bytes: bad }] },
        ],
      },
      { field: 7, message: [{ field: 8, message: [{ field: 1, text: "p" }] }] },
    ],
  ],
  [
    "something, behind what has no JSON form",
    "Thing",
    [
      { field: 4, varint: 9 },
      { field: 8, message: [{ field: 1, bytes: bad }] },
    ],
  ],
];

/**
 * Cases for binary in which a later record replaces an earlier one; the earlier one must be
 * well-formed too.
 */
export const overwrittenCases: readonly MessageCase[] = [
  ...malformed.map(
    ([name, schema, message]): MessageCase => ({
      name: `issue 11.27: malformed, but replaced: ${name}`,
      schema,
      message,
      violations: [["malformed_binary", "", ""]],
    }),
  ),
  {
    name: "issue 11.27: any other arm whose lengths are no text, by an arm",
    schema: "OpenEvent",
    message: [
      {
        field: 5,
        message: [
          { field: 1, text: "e".repeat(200) },
          { field: 2, text: `"${"d".repeat(200)}"` },
        ],
      },
      { field: 2, text: "d" },
    ],
    json: `{"event":"done","data":"d"}`,
  },
  {
    name: "issue 11.27: any other arm in pieces whose lengths are no text",
    schema: "OpenEvent",
    message: [
      { field: 5, message: [{ field: 1, text: "e".repeat(200) }] },
      { field: 5, message: [{ field: 2, text: "1" }] },
    ],
    json: `{"event":"${"e".repeat(200)}","data":1}`,
  },
  {
    name: "issue 11.27: what has no JSON form is replaced",
    schema: "Choice",
    message: [
      { field: 9, message: [] },
      { field: 5, varint: 9 },
      { field: 8, varint: 1 },
      residue(entry("last", { field: 2, text: "{" })),
      { field: 13, text: "l" },
    ],
    json: `{"object":"choice","id":"","type":"flag","flag":true,"last":"l"}`,
  },
  ...[4294967296n, 2n ** 63n, 3n * 2n ** 32n].map(
    (varint): MessageCase => ({
      name: `issue 11.28: an enum of ${varint}, which is 0 in 32 bits, and a text of the residue`,
      schema: "Thing",
      message: [{ field: 4, varint }, { field: 8, message: [] }, residueMember("color", '"?"')],
      json: `{"version":"v1","id":"","object":"thing","ended_at":null,"color":"?","border":null,"part":{"kind":"part"},"spare_part":null,"flag":false,"score":0,"nullable_score":null}`,
    }),
  ),
  {
    name: "issue 11.28: enums that are 0 or 1 in 32 bits, as elements, values and arms",
    schema: "Choice",
    message: [{ field: 10, message: [{ field: 5, varint: 4294967297n }] }],
    json: `{"object":"choice","id":"","type":"again","again":{"object":"choice","id":"","type":"color","color":"red"}}`,
  },
  {
    name: "issue 11.28: an integer of 32 bits that is 0 in them, and a text of the residue",
    schema: "Integers",
    message: [{ field: 1, varint: 4294967296n }, residueMember("a", '"?"')],
    json: `{"a":"?","b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"i":0,"j":0,"l":null}`,
  },
  {
    name: "issue 11.28: a boolean of 2^32, which is true, and a text of the residue",
    schema: "Thing",
    message: [
      { field: 4, varint: 1 },
      { field: 8, message: [] },
      { field: 10, varint: 4294967296n },
      residueMember("flag", '"?"'),
    ],
    json: `{"version":"v1","id":"","object":"thing","ended_at":null,"color":"red","border":null,"part":{"kind":"part"},"spare_part":null,"flag":true,"score":0,"nullable_score":null}`,
  },
];
