import type { MessageCase } from "../case.js";
import { baseMessage } from "./kinds.js";

const wire = [
  { field: 14, message: [{ field: 2, varint: 0 }] },
  { field: 2000, message: [{ field: 1, text: "s" }] },
];
const written = `"nullable_content":null,"stop":null,"required_mode":"none","required_stop":"s"`;

/** Cases for messages with unions by kind. */
export const kindMessageCases: readonly MessageCase[] = [
  {
    name: "a union by kind is unset",
    schema: "Kinds",
    message: { ...baseMessage, optionalContent: {} },
    violations: [
      ["missing_member", "/optional_content", "Content.content", { expected: "a set oneof" }],
    ],
  },
  {
    name: "a union by kind within a list is unset",
    schema: "Kinds",
    message: { ...baseMessage, contents: [{ text: "a" }, {}] },
    violations: [["missing_member", "/contents/1", "Content.content"]],
  },
  {
    name: "a required union by kind has no message",
    schema: "Kinds",
    message: { requiredMode: { level: "LEVEL_NONE" }, requiredStop: { one: "s" } },
    violations: [["missing_member", "/content", "Kinds.content", { expected: "a set field" }]],
  },
  {
    name: "the arm for all else is not JSON",
    schema: "Kinds",
    message: { ...baseMessage, mode: { other: "{" } },
    violations: [["invalid_residue", "/mode", "Mode.mode"]],
  },
  {
    name: "a number of an enum without a string",
    schema: "Kinds",
    message: { ...baseMessage, chosen: { color: "COLOR_UNSPECIFIED" } },
    violations: [["unknown_value", "/chosen", "Chosen.color"]],
  },
  {
    name: "the last arm of a union by kind wins",
    schema: "Kinds",
    message: [
      {
        field: 1,
        message: [
          { field: 5, varint: 1 },
          { field: 1, text: "a" },
        ],
      },
      ...wire,
    ],
    json: `{"content":"a",${written}}`,
  },
  {
    name: "pieces of a union by kind are merged",
    schema: "Kinds",
    message: [
      {
        field: 1,
        message: [{ field: 2, message: [{ field: 1, message: [{ field: 1, text: "a" }] }] }],
      },
      {
        field: 1,
        message: [{ field: 2, message: [{ field: 1, message: [{ field: 3, double: 2 }] }] }],
      },
      ...wire,
    ],
    json: `{"content":["a",2],${written}}`,
  },
  {
    name: "null of another number is null",
    schema: "Kinds",
    message: [{ field: 1, message: [{ field: 3, varint: 7 }] }, ...wire],
    json: `{"content":null,${written}}`,
  },
  {
    name: "an unknown field within a union by kind",
    schema: "Kinds",
    message: [
      {
        field: 1,
        message: [
          { field: 9, text: "x" },
          { field: 4, varint: 3 },
          { field: 900, varint: 1 },
        ],
      },
      ...wire,
    ],
    json: `{"content":3,${written}}`,
  },
  {
    name: "an arm of a union by kind of another wire type",
    schema: "Kinds",
    message: [{ field: 1, message: [{ field: 4, text: "3" }] }, ...wire],
    violations: [["malformed_binary", "", ""]],
  },
  {
    name: "an arm of a union by kind that passes its end",
    schema: "Kinds",
    message: [{ field: 1, message: [{ raw: [0x0a, 0x02, 0x61] }] }, ...wire],
    violations: [["malformed_binary", "", ""]],
  },
];
