import { corruptions, residueMember, type WireRecord, writeWire } from "@stepwire/testing";
import type { BinaryInput, Topic } from "../topic.js";

const elevenBytes = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01];
/** The fields of a run step before its map. */
const step: readonly WireRecord[] = [
  { field: 6, varint: 2 },
  { field: 7, varint: 7 },
  { field: 13, message: [{ field: 2, message: [] }] },
];
const badText = [0x61, 0xff, 0x62];

type Message = readonly [name: string, schema: string, records: readonly WireRecord[]];

function raw(name: string, ...bytes: readonly number[]): Message {
  return [name, "MessageCreation", [{ raw: bytes }]];
}

const broken: readonly Message[] = [
  raw("a tag that breaks off", 0x8a),
  raw("a tag alone", 0x0a),
  raw("a length that breaks off", 0x0a, 0x80),
  raw("a string that breaks off", 0x0a, 0x03, 0x61, 0x62),
  raw("a string, then a tag alone", 0x0a, 0x01, 0x61, 0x0a),
  raw("the field number 0", 0x02, 0x00),
  raw("the byte 0", 0x00),
  raw("wire type 6", 0x0e, 0x00),
  raw("wire type 7", 0x0f, 0x00),
  raw("a tag beyond 32 bits", 0x82, 0x80, 0x80, 0x80, 0x10, 0x00),
  raw("a tag of 11 bytes", ...elevenBytes),
  raw("a length of 11 bytes", 0x0a, ...elevenBytes),
  raw("a length beyond 31 bits", 0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x61),
  raw("a length beyond 32 bits", 0x0a, 0x81, 0x80, 0x80, 0x80, 0x10, 0x61),
  raw("an unknown varint that breaks off", 0xa0, 0x06, 0x80),
  raw("an unknown varint of 11 bytes", 0xa0, 0x06, ...elevenBytes),
  raw("an unknown string that breaks off", 0xa2, 0x06, 0x02, 0x61),
  raw("unknown 8 bytes that break off", 0xa1, 0x06, 0x00),
  raw("an unknown group that breaks off", 0xa3, 0x06, 0x08, 0x01),
  raw("an unknown group that another one ends", 0xa3, 0x06, 0xac, 0x06),
  raw("the end of a group that never began", 0xa4, 0x06),
  raw("the end of a group that is a known field", 0x0c),
  raw("a group that is a known field", 0x0b, 0x0c),
  raw("text, as if it were binary", ...[...'{"message_id":"m"}'].map((each) => each.charCodeAt(0))),
  ["a varint that breaks off", "RunStepUsage", [{ raw: [0x08, 0xff] }]],
  ["a varint of 11 bytes", "RunStepUsage", [{ raw: [0x08, ...elevenBytes] }]],
  ["8 bytes that break off", "FileSearchResult", [{ raw: [0x19, 0, 0, 0, 0, 0, 0, 0] }]],
  ["a message that breaks off", "RunStep", [{ raw: [0x72, 0x02, 0x08] }]],
  ["an entry of a map that breaks off", "RunStep", [...step, { raw: [0x7a, 0x04, 0x0a, 0x00] }]],
  ["a residue that breaks off", "MessageCreation", [{ raw: [0xfa, 0x7f, 0x02, 0x0a] }]],
  [
    "a string passes the end of its message",
    "RunStepDelta",
    [{ raw: [0x12, 0x04, 0x0a, 0x02, 0x0a, 0x03] }, { field: 1, text: "long" }],
  ],
  [
    "an unknown field passes the end of its message",
    "RunStepDelta",
    [{ raw: [0x12, 0x03, 0xa2, 0x06, 0x02] }, { field: 1, text: "long" }],
  ],
  ["a string as a varint", "MessageCreation", [{ field: 1, varint: 0 }]],
  ["a string as 8 bytes", "MessageCreation", [{ field: 1, fixed64: 0n }]],
  ["a string as 4 bytes", "MessageCreation", [{ field: 1, fixed32: 0 }]],
  ["a varint as a string", "RunStepUsage", [{ field: 1, text: "1" }]],
  ["a varint as 4 bytes", "RunStepUsage", [{ field: 1, fixed32: 1 }]],
  ["an enum as a string", "ImageFile", [{ field: 2, text: "low" }]],
  ["a double as a varint", "FileSearchResult", [{ field: 3, varint: 1 }]],
  ["a double as a string", "FileSearchResult", [{ field: 3, text: "12345678" }]],
  ["a message as a varint", "RunStepDelta", [{ field: 2, varint: 0 }]],
  ["a list of messages as varints", "RunStepList", [{ field: 1, varint: 0 }]],
  ["a map as a varint", "RunStep", [...step, { field: 15, varint: 0 }]],
  [
    "the key of a map as a varint",
    "RunStep",
    [...step, { field: 15, message: [{ field: 1, varint: 0 }] }],
  ],
  ["the residue as a varint", "MessageCreation", [{ field: 2047, varint: 0 }]],
  [
    "a field number of the residue as 4 bytes",
    "MessageCreation",
    [{ field: 2047, message: [{ field: 2, fixed32: 1 }] }],
  ],
  ["a Value as a varint", "ApiError", [{ field: 4, varint: 0 }]],
  [
    "the number of a Value as a varint",
    "ApiError",
    [{ field: 4, message: [{ field: 2, varint: 1 }] }],
  ],
  ["a string that is not UTF-8", "MessageCreation", [{ field: 1, bytes: badText }]],
  ["a surrogate in a string", "MessageCreation", [{ field: 1, bytes: [0xed, 0xa0, 0x80] }]],
  ["an overlong form in a string", "MessageCreation", [{ field: 1, bytes: [0xc0, 0x80] }]],
  [
    "a key of a map that is not UTF-8",
    "RunStep",
    [...step, { field: 15, message: [{ field: 1, bytes: badText }] }],
  ],
  [
    "a name in the residue that is not UTF-8",
    "MessageCreation",
    [{ field: 2047, message: [{ field: 1, message: [{ field: 1, bytes: badText }] }] }],
  ],
  [
    "a text in the residue that is not UTF-8",
    "MessageCreation",
    [{ field: 2047, message: [{ field: 1, message: [{ field: 2, bytes: badText }] }] }],
  ],
];

const badValue: readonly WireRecord[] = [{ field: 3, bytes: [0xff] }];
const value: readonly WireRecord[] = [{ field: 3, text: "x" }];

/** The entry of a map, of the residue's too. */
function entry(key: string, ...records: readonly WireRecord[]): readonly WireRecord[] {
  return [{ field: 1, text: key }, ...records];
}

/** Malformed parts that other records replace. */
const replaced: readonly Message[] = [
  [
    "a Value that is not UTF-8, which the same key replaces",
    "RunStep",
    [
      ...step,
      { field: 15, message: entry("k", { field: 2, message: badValue }) },
      { field: 15, message: entry("k", { field: 2, message: value }) },
    ],
  ],
  [
    "the text of a member in the residue that is not UTF-8, whose field is set",
    "MessageCreation",
    [
      { field: 1, text: "m" },
      {
        field: 2047,
        message: [{ field: 1, message: entry("message_id", { field: 2, bytes: [0xff] }) }],
      },
    ],
  ],
  [
    "a string that is not UTF-8, which another replaces",
    "MessageCreation",
    [
      { field: 1, bytes: badText },
      { field: 1, text: "m" },
    ],
  ],
  [
    "a kind of a Value that is not UTF-8, which another replaces",
    "ApiError",
    [{ field: 4, message: [...badValue, { field: 4, varint: 1 }] }],
  ],
];

/** A Value of so many arrays within each other. */
function arrays(levels: number): readonly WireRecord[] {
  return levels === 0
    ? [{ field: 4, varint: 1 }]
    : [{ field: 6, message: [{ field: 1, message: arrays(levels - 1) }] }];
}

/** A Value of so many objects within each other. */
function objects(levels: number): readonly WireRecord[] {
  return levels === 0
    ? [{ field: 4, varint: 1 }]
    : [
        {
          field: 5,
          message: [{ field: 1, message: entry("a", { field: 2, message: objects(levels - 1) }) }],
        },
      ];
}

/** Messages within each other: 100 are read. */
const nested: readonly BinaryInput[] = [
  nesting("a Value of 49 arrays, 100 messages within each other", arrays(49)),
  nesting("a Value of 50 arrays, 102 messages within each other", arrays(50)),
  nesting("a Value of 50 objects, 102 messages within each other", objects(50)),
  nesting("a Value of 98 arrays", arrays(98)),
  nesting("a Value of 99 arrays", arrays(99)),
  nesting("a Value of 99 objects, with a depth of 1,000", objects(99), 1000),
  nesting("a Value of 900 arrays, with a depth of 1,000", arrays(900), 1000),
];

function nesting(name: string, message: readonly WireRecord[], maxDepth?: number): BinaryInput {
  return {
    name,
    schema: "ApiError",
    binary: writeWire([{ field: 4, message }]),
    ...(maxDepth !== undefined && { limits: { maxDepth } }),
  };
}

/** A delta with something of everything. */
const delta: readonly WireRecord[] = [
  { field: 1, text: "sé" },
  {
    field: 2,
    message: [
      {
        field: 1,
        message: [
          {
            field: 2,
            message: [
              {
                field: 1,
                message: [
                  { field: 1, varint: 300 },
                  { field: 5, message: [{ field: 2, text: "{" }] },
                  { field: 2047, message: [{ field: 3, packed: [2] }] },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
  residueMember("x", "[1]"),
];

/** Only every so many of the ways to spoil a message, to keep the file small. */
const SAMPLED = 4;

function* spoiled(): Generator<BinaryInput> {
  let count = 0;
  for (const bytes of corruptions(writeWire(delta))) {
    if (count++ % SAMPLED === 0) {
      yield { name: `a delta that is spoiled, ${count}`, schema: "RunStepDelta", binary: bytes };
    }
  }
}

/** Bytes that are no message. */
export const malformed: Topic = {
  topic: "malformed-binary",
  about:
    "Bytes that are not a message of the schema, with the offset at which an engine stopped, and a message that is spoiled at each place, of which some forms are still messages.",
  inputs: [
    ...[...broken, ...replaced].map(
      ([name, schema, records]): BinaryInput => ({ name, schema, binary: writeWire(records) }),
    ),
    ...nested,
    ...spoiled(),
  ],
};
