import type { MessageCase } from "../case.js";
import { residueMember, type WireRecord } from "../wire.js";

const choice: readonly WireRecord[] = [
  { field: 1, text: "c" },
  { field: 8, varint: 1 },
];
const choiceText = `"object":"choice","id":"c","type":"flag","flag":true`;
/** The required content of Lists, and the canonical text of the other members. */
const lists: readonly WireRecord[] = [{ field: 13, message: [] }];
const listsAfter = `"booleans":[],"values":null,"parts":null,"nullable_rows":null,"required_rows":[]`;
const integersAfter = `"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"i":0,"j":0,"l":null`;

/** Cases for valid binary that no engine would write in this form. */
export const wireCases: readonly MessageCase[] = [
  {
    name: "no bytes",
    schema: "Part",
    message: [],
    json: `{"kind":"part"}`,
  },
  {
    name: "fields in any order",
    schema: "Choice",
    message: [{ field: 13, text: "l" }, residueMember("x", "1"), ...choice.toReversed()],
    json: `{${choiceText},"last":"l","x":1}`,
  },
  {
    name: "the last of a scalar wins",
    schema: "Choice",
    message: [
      { field: 1, text: "a" },
      { field: 8, varint: 0 },
      { field: 8, varint: 1 },
      { field: 1, text: "c" },
    ],
    json: `{${choiceText}}`,
  },
  {
    name: "a field that is set to its zero value by the bytes",
    schema: "Choice",
    message: [
      { field: 1, text: "a" },
      { field: 1, text: "" },
      { field: 8, varint: 0 },
    ],
    json: `{"object":"choice","id":"","type":"flag","flag":false}`,
  },
  {
    name: "a message in pieces is merged",
    schema: "Choice",
    message: [
      ...choice.slice(0, 1),
      { field: 3, message: [{ field: 1, text: "p" }] },
      { field: 3, message: [residueMember("x", "1")] },
      { field: 3, message: [] },
    ],
    json: `{"object":"choice","id":"c","type":"a.part","the_part":{"kind":"part","Part name / ~ \\"quoted\\"":"p","x":1}}`,
  },
  {
    name: "a residue in pieces is merged",
    schema: "Lists",
    message: [
      residueMember("x", "1"),
      { field: 2047, message: [{ field: 2, packed: [1] }] },
      ...lists,
      residueMember("y", "2"),
      {
        field: 2047,
        message: [
          { field: 2, varint: 4 },
          { field: 3, packed: [3, 8] },
        ],
      },
      residueMember("x", "3"),
    ],
    json: `{"strings":null,"required_strings":[],"levels":null,"booleans":[],"parts":null,"nullable_rows":null,"required_rows":[],"x":3,"y":2}`,
  },
  {
    name: "the last arm of a oneof wins",
    schema: "Choice",
    message: [...choice, { field: 2, text: "x" }, { field: 8, varint: 1 }],
    json: `{${choiceText}}`,
  },
  {
    name: "an arm that comes again after another starts anew",
    schema: "Choice",
    message: [
      ...choice,
      { field: 3, message: [{ field: 1, text: "p" }] },
      { field: 2, text: "x" },
      { field: 3, message: [residueMember("x", "1")] },
    ],
    json: `{"object":"choice","id":"c","type":"a.part","the_part":{"kind":"part","x":1}}`,
  },
  {
    name: "lists of numbers packed, unpacked and both",
    schema: "Lists",
    message: [
      { field: 5, double: 1 },
      { field: 5, packedDoubles: [2, 3] },
      { field: 6, packed: [1, 18446744073709551615n] },
      { field: 6, varint: 2 },
      { field: 4, varint: 1 },
      { field: 5, double: 4 },
      { field: 4, packed: [0, 1] },
      { field: 6, packed: [] },
      { field: 7, packed: [1, 0] },
      { field: 7, varint: 1 },
      ...lists,
    ],
    json: `{"required_strings":[],"colors":null,"levels":["some","none","some"],"doubles":[1,2,3,4],"integers":[1,18446744073709551615,2],"booleans":[true,false,true],"values":null,"parts":null,"nullable_rows":null,"required_rows":[]}`,
  },
  {
    name: "elements of a list between other fields",
    schema: "Lists",
    message: [{ field: 1, text: "a" }, ...lists, { field: 2, text: "b" }, { field: 1, text: "c" }],
    json: `{"strings":["a","c"],"required_strings":["b"],"colors":null,${listsAfter}}`,
  },
  {
    name: "an array message in pieces",
    schema: "Lists",
    message: [
      { field: 13, message: [{ field: 1, message: [{ field: 1, packed: [1] }] }] },
      { field: 13, message: [{ field: 1, message: [{ field: 1, varint: 2 }] }] },
    ],
    json: `{"required_strings":[],"colors":null,"booleans":[],"values":null,"parts":null,"nullable_rows":null,"required_rows":[[1],[2]]}`,
  },
  {
    name: "entries of a map: reversed, without key, without value, with strangers, and twice",
    schema: "Maps",
    message: [
      {
        field: 3,
        message: [
          { field: 2, varint: 1 },
          { field: 1, text: "reversed" },
        ],
      },
      { field: 3, message: [{ field: 2, varint: 2 }] },
      { field: 3, message: [{ field: 1, text: "no value" }] },
      {
        field: 3,
        message: [
          { field: 7, text: "stranger" },
          { field: 1, text: "first" },
          { field: 1, text: "last" },
          { field: 2, varint: 3 },
          { field: 2, varint: 4 },
        ],
      },
      {
        field: 3,
        message: [
          { field: 1, text: "reversed" },
          { field: 2, varint: 5 },
        ],
      },
      { field: 6, message: [] },
      { field: 9, message: [{ field: 1, text: "row" }] },
      { field: 2, message: [{ field: 1, text: "part" }] },
    ],
    json: `{"values":{},"parts":{"part":{"kind":"part"}},"integers":{"reversed":5,"":2,"no value":0,"last":4},"strings":{"":""},"rows":{"row":[]}}`,
  },
  {
    name: "a map's message value in pieces",
    schema: "Maps",
    message: [
      {
        field: 2,
        message: [
          { field: 2, message: [{ field: 1, text: "p" }] },
          { field: 1, text: "a" },
          { field: 2, message: [residueMember("x", "1")] },
        ],
      },
    ],
    json: `{"values":{},"parts":{"a":{"kind":"part","Part name / ~ \\"quoted\\"":"p","x":1}}}`,
  },
  {
    name: "keys that mean something to JavaScript",
    schema: "Maps",
    message: ["__proto__", "constructor", "1"].map((name) => ({
      field: 3,
      message: [
        { field: 1, text: name },
        { field: 2, varint: 1 },
      ],
    })),
    json: `{"values":{},"parts":null,"integers":{"__proto__":1,"constructor":1,"1":1}}`,
    anyOrder: true,
  },
  {
    name: "unknown fields of every wire type are dropped, at every depth",
    schema: "Choice",
    message: [
      { field: 100, varint: 18446744073709551615n },
      { field: 101, text: "x" },
      { field: 102, fixed32: 1 },
      { field: 103, fixed64: 1n },
      { field: 536870911, varint: 1 },
      // A group with field number 104 that contains a varint, a text and another group.
      { raw: [0xc3, 0x06, 0x08, 0x01, 0x12, 0x01, 0x78, 0x1b, 0x08, 0x01, 0x1c, 0xc4, 0x06] },
      ...choice.slice(0, 1),
      {
        field: 3,
        message: [
          { field: 100, varint: 1 },
          { field: 2047, message: [{ field: 9, text: "x" }] },
        ],
      },
    ],
    json: `{"object":"choice","id":"c","type":"a.part","the_part":{"kind":"part"}}`,
  },
  {
    name: "varints with more bytes than they need",
    schema: "Choice",
    message: [
      { raw: [0x8a, 0x80, 0x00, 0x81, 0x00, 0x63] },
      { raw: [0x40, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00] },
    ],
    json: `{${choiceText}}`,
  },
  {
    name: "a double behind a tag with more bytes than it needs",
    schema: "Signal",
    message: [{ raw: [0x0a, 0x0a, 0x89, 0x00, 0, 0, 0, 0, 0, 0, 0x30, 0x40] }],
    json: `{"event":"ping","interval":16}`,
  },
  {
    name: "any varint but 0 is true",
    schema: "Choice",
    message: [...choice.slice(0, 1), { field: 8, varint: 18446744073709551614n }],
    json: `{${choiceText}}`,
  },
  {
    name: "a varint that is too large for an integer of 32 bits is cut to them, as Protobuf says",
    schema: "Integers",
    message: [
      { field: 1, varint: 18446744073709551615n },
      { field: 2, varint: 4294967298n },
    ],
    json: `{"a":-1,"b":2,${integersAfter}}`,
  },
  {
    name: "a negative int32 of five bytes",
    schema: "Integers",
    message: [{ field: 1, varint: 4294967295n }],
    json: `{"a":-1,"b":0,${integersAfter}}`,
  },
  {
    name: "integers of every encoding",
    schema: "Integers",
    message: [
      { field: 3, varint: 3 },
      { field: 4, fixed32: 4294967295 },
      { field: 5, fixed32: 4294967294 },
      { field: 6, varint: 18446744073709551614n },
      { field: 7, varint: 18446744073709551614n },
      { field: 8, varint: 18446744073709551615n },
      { field: 9, fixed64: 18446744073709551615n },
      { field: 10, fixed64: 18446744073709551614n },
    ],
    json: `{"a":0,"b":0,"c":-2,"d":4294967295,"e":-2,"f":-2,"g":18446744073709551614,"h":-9223372036854775808,"i":18446744073709551615,"j":-2,"l":null}`,
  },
  {
    name: "a negative number of an enum",
    schema: "Lists",
    message: [{ field: 3, varint: 18446744073709551615n }, ...lists],
    json: `{"required_strings":[],"colors":["negative"],${listsAfter}}`,
  },
  {
    name: "a Value in pieces: the last kind wins",
    schema: "Texts",
    message: [
      { field: 3, message: [{ field: 3, text: "x" }] },
      { field: 3, message: [{ field: 4, varint: 1 }] },
      { field: 4, text: "1" },
    ],
    json: `{"nullable_value":null,"required_value":true,"required_text":1,"nullable_text":null}`,
  },
];
