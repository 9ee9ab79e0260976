import type { MessageCase } from "../case.js";
import type { SchemaName } from "../schemas.js";
import type { WireRecord } from "../wire.js";

type Malformed = readonly [name: string, schema: SchemaName, message: readonly WireRecord[]];

const elevenBytes = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01];

const broken: readonly Malformed[] = [
  ["a tag that breaks off", "Part", [{ raw: [0x8a] }]],
  ["a tag alone", "Part", [{ raw: [0x0a] }]],
  ["a length that breaks off", "Part", [{ raw: [0x0a, 0x80] }]],
  ["a string that breaks off", "Part", [{ raw: [0x0a, 0x03, 0x61, 0x62] }]],
  ["a varint that breaks off", "Choice", [{ raw: [0x40, 0xff] }]],
  ["a varint that is absent", "Choice", [{ raw: [0x40] }]],
  ["8 bytes that break off", "Thing", [{ raw: [0x61, 0, 0, 0, 0, 0, 0, 0] }]],
  [
    "8 bytes that break off behind a tag with more bytes than it needs",
    "Signal",
    [{ raw: [0x0a, 0x09, 0x89, 0x00, 0, 0, 0, 0, 0, 0x30, 0x40] }],
  ],
  ["4 bytes that break off", "Integers", [{ raw: [0x25, 0, 0, 0] }]],
  ["a message that breaks off", "Choice", [{ raw: [0x1a, 0x04, 0x0a, 0x02, 0x61] }]],
  ["a message that breaks off between its fields", "Choice", [{ raw: [0x1a, 0x09, 0x0a, 0x00] }]],
  ["a list that breaks off", "Lists", [{ raw: [0x32, 0x03, 0x01, 0x02] }]],
  ["an entry of a map that breaks off", "Maps", [{ raw: [0x1a, 0x04, 0x0a, 0x00] }]],
  ["a residue that breaks off", "Part", [{ raw: [0xfa, 0x7f, 0x02, 0x0a] }]],
  [
    "a key that is no UTF-8, in an entry with another one",
    "Part",
    [{ raw: [0xfa, 0x7f, 0x08, 0x0a, 0x06, 0x0a, 0x01, 0xc3, 0x0a, 0x01, 0x61] }],
  ],
  ["an unknown varint that breaks off", "Part", [{ raw: [0xa0, 0x06, 0x80] }]],
  ["an unknown string that breaks off", "Part", [{ raw: [0xa2, 0x06, 0x02, 0x61] }]],
  ["unknown 8 bytes that break off", "Part", [{ raw: [0xa1, 0x06, 0x00] }]],
  ["an unknown group that breaks off", "Part", [{ raw: [0xa3, 0x06, 0x08, 0x01] }]],
  ["an unknown group that another one ends", "Part", [{ raw: [0xa3, 0x06, 0xac, 0x06] }]],
  ["the end of a group that never began", "Part", [{ raw: [0xa4, 0x06] }]],
  ["the end of a group that is a known field", "Part", [{ raw: [0x0c] }]],
  ["the field number 0", "Part", [{ raw: [0x02, 0x00] }]],
  ["the byte 0", "Part", [{ raw: [0x00] }]],
  ["wire type 6", "Part", [{ raw: [0x0e, 0x00] }]],
  ["wire type 7", "Part", [{ raw: [0x0f, 0x00] }]],
  ["a tag beyond 32 bits", "Part", [{ raw: [0x82, 0x80, 0x80, 0x80, 0x10, 0x00] }]],
  ["a tag of 11 bytes", "Part", [{ raw: elevenBytes }]],
  ["a varint of 11 bytes", "Choice", [{ raw: [0x40, ...elevenBytes] }]],
  ["an integer of 11 bytes", "Integers", [{ raw: [0x38, ...elevenBytes] }]],
  ["an integer of 32 bits of 11 bytes", "Integers", [{ raw: [0x08, ...elevenBytes] }]],
  ["a length of 11 bytes", "Part", [{ raw: [0x0a, ...elevenBytes] }]],
  ["an unknown varint of 11 bytes", "Part", [{ raw: [0xa0, 0x06, ...elevenBytes] }]],
  ["an element of 11 bytes", "Lists", [{ raw: [0x32, 0x0b, ...elevenBytes] }]],
  ["a length beyond 31 bits", "Part", [{ raw: [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x61] }]],
  ["a length beyond 32 bits", "Part", [{ raw: [0x0a, 0x81, 0x80, 0x80, 0x80, 0x10, 0x61] }]],
  [
    "the length of an unknown field beyond 31 bits",
    "Part",
    [{ raw: [0xa2, 0x06, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x61] }],
  ],
  ["text, as if it were binary", "Part", [{ raw: [...'{"kind":"part"}'].map(codeOf) }]],
];

/** Fields whose length exceeds the message that contains them, but not the whole input. */
const overruns: readonly Malformed[] = [
  [
    "a string passes the end of its message",
    "Choice",
    [{ raw: [0x1a, 0x02, 0x0a, 0x03] }, { field: 13, text: "l" }],
  ],
  [
    "a message passes the end of the one around it",
    "Choice",
    [{ raw: [0x52, 0x02, 0x52, 0x04] }, { field: 13, text: "ll" }],
  ],
  [
    "a varint passes the end of its list",
    "Lists",
    [{ raw: [0x32, 0x01, 0x80, 0x01] }, { field: 13, message: [] }],
  ],
  [
    "a double passes the end of its list",
    "Lists",
    [{ raw: [0x2a, 0x04, 0, 0, 0, 0, 0, 0, 0, 0] }, { field: 13, message: [] }],
  ],
  ["a value passes the end of its entry", "Maps", [{ raw: [0x1a, 0x01, 0x10, 0x05] }]],
  [
    "an unknown field passes the end of its message",
    "Choice",
    [{ raw: [0x1a, 0x03, 0xa2, 0x06, 0x02] }, { field: 13, text: "" }],
  ],
  [
    "an unknown varint passes the end of its message",
    "Choice",
    [{ raw: [0x1a, 0x03, 0xa0, 0x06, 0x80, 0x01] }, { field: 8, varint: 1 }],
  ],
  [
    "a string passes the end of a piece of its message, and the next piece has the rest",
    "Choice",
    [{ raw: [0x1a, 0x02, 0x0a, 0x02] }, { raw: [0x1a, 0x02, 0x28, 0x00] }],
  ],
  [
    "a residue passes the end of its message and takes in another, which is invalid",
    "RunStep",
    [
      {
        raw: [
          ...Buffer.from(
            "10e4bdc491051a03203229220f7020737465705f616263313233206f3001380248206a211200fa7f1c0a2d0a04747970651212226d6573736167655f6372656174696f6e22fa7f110a0f0a0269641209225c75753830302022",
            "hex",
          ),
        ],
      },
    ],
  ],
  [
    "an element passes the end of a piece of its Value, and the next piece has the rest",
    "Texts",
    [{ raw: [0x0a, 0x08, 0x32, 0x02, 0x0a, 0x02, 0x32, 0x02, 0x20, 0x00] }],
  ],
];

const wrongWireTypes: readonly Malformed[] = [
  ["a string as a varint", "Choice", [{ field: 1, varint: 0 }]],
  ["a string as 8 bytes", "Choice", [{ field: 1, fixed64: 0n }]],
  ["a string as 4 bytes", "Choice", [{ field: 1, fixed32: 0 }]],
  ["a string as a group", "Choice", [{ raw: [0x0b, 0x0c] }]],
  ["a boolean as a string", "Choice", [{ field: 8, text: "" }]],
  ["a boolean as 4 bytes", "Choice", [{ field: 8, fixed32: 1 }]],
  ["a double as a varint", "Choice", [{ field: 6, varint: 1 }]],
  ["a double as 4 bytes", "Choice", [{ field: 6, fixed32: 1 }]],
  ["a double as a string", "Choice", [{ field: 6, text: "1234567" }]],
  ["an enum as a string", "Choice", [{ field: 5, text: "red" }]],
  ["an integer as 8 bytes", "Choice", [{ field: 7, fixed64: 1n }]],
  ["an integer as a string", "Integers", [{ field: 1, text: "1" }]],
  ["4 bytes as a varint", "Integers", [{ field: 4, varint: 1 }]],
  ["8 bytes as 4 bytes", "Integers", [{ field: 9, fixed32: 1 }]],
  ["a message as a varint", "Choice", [{ field: 3, varint: 0 }]],
  ["a message as a group", "Choice", [{ raw: [0x1b, 0x1c] }]],
  ["a list of strings as varints", "Lists", [{ field: 1, varint: 1 }]],
  ["a list of doubles as varints", "Lists", [{ field: 5, varint: 1 }]],
  ["a list of integers as 8 bytes", "Lists", [{ field: 6, fixed64: 1n }]],
  ["a list of messages as varints", "Lists", [{ field: 10, varint: 0 }]],
  ["a map as a varint", "Maps", [{ field: 3, varint: 0 }]],
  ["the key of a map as a varint", "Maps", [{ field: 3, message: [{ field: 1, varint: 0 }] }]],
  ["the value of a map as a string", "Maps", [{ field: 3, message: [{ field: 2, text: "" }] }]],
  ["the residue as a varint", "Part", [{ field: 2047, varint: 0 }]],
  ["a text of the residue as a varint", "Part", [residue([{ field: 2, varint: 0 }])]],
  [
    "a field number of the residue as 4 bytes",
    "Part",
    [{ field: 2047, message: [{ field: 2, fixed32: 1 }] }],
  ],
  ["a Value as a varint", "Texts", [{ field: 1, varint: 0 }]],
  [
    "the number of a Value as a varint",
    "Texts",
    [{ field: 1, message: [{ field: 2, varint: 1 }] }],
  ],
];

const badText = [0x61, 0xff, 0x62];

const illFormed: readonly Malformed[] = [
  ["a string", "Part", [{ field: 1, bytes: badText }]],
  ["a surrogate in a string", "Part", [{ field: 1, bytes: [0xed, 0xa0, 0x80] }]],
  ["an overlong form in a string", "Part", [{ field: 1, bytes: [0xc0, 0x80] }]],
  ["an element of a list", "Lists", [{ field: 1, bytes: badText }]],
  ["the key of a map", "Maps", [{ field: 3, message: [{ field: 1, bytes: badText }] }]],
  ["the value of a map", "Maps", [{ field: 6, message: [{ field: 2, bytes: badText }] }]],
  ["a name in the residue", "Part", [residue([{ field: 1, bytes: badText }])]],
  ["a text in the residue", "Part", [residue([{ field: 2, bytes: badText }])]],
  ["the string of a Value", "Texts", [{ field: 1, message: [{ field: 3, bytes: badText }] }]],
  ["a verbatim text", "Texts", [{ field: 4, bytes: [0x22, ...badText, 0x22] }]],
];

/** Cases for bytes that are not a message: an engine must refuse them completely. */
export const malformedCases: readonly MessageCase[] = [
  ...broken.map(malformed),
  ...overruns.map(malformed),
  ...wrongWireTypes.map(malformed),
  ...illFormed.map(([name, ...rest]) => malformed([`not UTF-8: ${name}`, ...rest])),
];

function malformed([name, schema, message]: Malformed): MessageCase {
  return { name, schema, message, violations: [["malformed_binary", "", ""]] };
}

function residue(entry: readonly WireRecord[]): WireRecord {
  return { field: 2047, message: [{ field: 1, message: entry }] };
}

function codeOf(character: string): number {
  return character.charCodeAt(0);
}
