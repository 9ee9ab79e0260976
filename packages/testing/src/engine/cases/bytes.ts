import type { DocumentCase, MessageCase } from "../case.js";
import { objectText } from "./support.js";

const base = { file: `""`, nullable_file: "null" };

/** Base64 text that a field can hold: every length of padding, every character, and escapes. */
const held: readonly (readonly [name: string, json: string, base64: string])[] = [
  ["empty", `""`, ""],
  ["one byte", `"AA=="`, "AA=="],
  ["two bytes", `"//8="`, "//8="],
  ["three bytes", `"+/+/"`, "+/+/"],
  ["four bytes", `"AAECAw=="`, "AAECAw=="],
  [
    "every character",
    `"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"`,
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
  ],
  ["a slash by its escape", String.raw`"A\/\/\/"`, "A///"],
  ["characters by escapes", String.raw`"\u0041\u0041\u003d\u003d"`, "AA=="],
  ["more than a length of one byte", `"${"QUJD".repeat(50)}"`, "QUJD".repeat(50)],
  ["more than a length of two bytes", `"${"QUJD".repeat(6000)}QQ=="`, `${"QUJD".repeat(6000)}QQ==`],
];

/** Strings that a bytes field would not give back unchanged. */
const notBase64: readonly (readonly [name: string, json: string])[] = [
  ["without its padding", `"AA"`],
  ["with half of its padding", `"AA="`],
  ["with padding alone", `"===="`],
  ["with too much padding", `"AAAA===="`],
  ["with padding within", `"AA==AAAA"`],
  ["with three characters of padding", `"A==="`],
  ["one character", `"A"`],
  ["bits beyond the last byte", `"AB=="`],
  ["bits beyond the last two bytes", `"AAB="`],
  ["the alphabet for URLs", `"-_8="`],
  ["white space", `"AA= ="`],
  ["a line break by its escape", String.raw`"AAAA\nAAAA"`],
  ["no character of the alphabet", `"A*=="`],
  ["characters beyond ASCII", `"éééé"`],
  ["a lone surrogate", String.raw`"\ud800"`],
  ["NUL", String.raw`"AAA\u0000"`],
];

/** Cases for bytes fields in documents. */
export const bytesCases: readonly DocumentCase[] = [
  ...held.map(
    ([name, json, base64]): DocumentCase => ({
      name: `base64: ${name}`,
      schema: "Files",
      json: objectText({ ...base, file: json }),
      message: { file: base64 },
      output: objectText({ ...base, file: `"${base64}"` }),
    }),
  ),
  ...notBase64.map(
    ([name, json]): DocumentCase => ({
      name: `not canonical base64: ${name}`,
      schema: "Files",
      json: objectText({ ...base, file: json }),
      message: { jsonResidue: { members: { file: json } } },
      violations: [
        [
          "not_representable",
          "/file",
          "Files.file",
          {
            expected: "base64 of the standard alphabet, with padding",
          },
        ],
      ],
    }),
  ),
  {
    name: "bytes: another JSON type",
    schema: "Files",
    json: objectText({ ...base, file: "[65]", optional_file: "0" }),
    message: { jsonResidue: { members: { file: "[65]", optional_file: "0" } } },
    violations: [
      ["wrong_type", "/file", "Files.file", { expected: "a string", found: "an array of 1" }],
      ["wrong_type", "/optional_file", "Files.optional_file"],
    ],
  },
  {
    name: "bytes: null and absent",
    schema: "Files",
    json: `{"optional_file":null}`,
    message: { jsonResidue: { nullFields: [2], absentFields: [1, 3] } },
    violations: [["missing_member", "/file", "Files.file"]],
  },
  {
    name: "bytes: empty where that is set",
    schema: "Files",
    json: objectText({ ...base, optional_file: `""`, nullable_file: `""` }),
    message: { optionalFile: "", nullableFile: "" },
  },
  {
    name: "bytes: in lists and maps",
    schema: "Files",
    json: objectText({ ...base, files: `["","AA=="]`, named_files: `{"a":"AAA=","b":""}` }),
    message: { files: ["", "AA=="], namedFiles: { a: "AAA=", b: "" } },
  },
  {
    name: "bytes: a list with an element that is not base64",
    schema: "Files",
    json: objectText({ ...base, files: `["AAAA","A",1]`, named_files: `{"a":"AAAA","b":"AB=="}` }),
    message: {
      jsonResidue: { members: { files: `["AAAA","A",1]`, named_files: `{"a":"AAAA","b":"AB=="}` } },
    },
    violations: [
      ["not_representable", "/files/1", "Files.files"],
      ["wrong_type", "/files/2", "Files.files"],
      ["not_representable", "/named_files/b", "Files.named_files"],
    ],
  },
  {
    name: "bytes: the payload of a union",
    schema: "Files",
    json: objectText({ ...base, type: `"data"`, data: `"AAAA"` }),
    message: { data: "AAAA" },
  },
  {
    name: "bytes: the payload of a union is null",
    schema: "Files",
    json: objectText({ ...base, type: `"nullable_data"`, nullable_data: "null" }),
    message: { nullableData: "", jsonResidue: { nullFields: [7] } },
  },
  {
    name: "bytes: the payload of a union is not base64",
    schema: "Files",
    json: objectText({ ...base, type: `"data"`, data: `"A"` }),
    message: { jsonResidue: { members: { type: `"data"`, data: `"A"` } } },
    violations: [["not_representable", "/data", "Files.data"]],
  },
];

/** Cases for bytes fields in messages. */
export const bytesMessageCases: readonly MessageCase[] = [
  {
    name: "bytes that are no UTF-8",
    schema: "Files",
    message: [
      { field: 1, bytes: [0xff, 0xfe, 0x00] },
      { field: 4, bytes: [] },
      { field: 4, bytes: [0x80] },
      {
        field: 5,
        message: [
          { field: 1, text: "a" },
          { field: 2, bytes: [0xc3, 0x28] },
        ],
      },
      { field: 6, bytes: [0xff] },
    ],
    json: `{"file":"//4A","nullable_file":null,"files":["","gA=="],"named_files":{"a":"wyg="},"type":"data","data":"/w=="}`,
  },
  {
    name: "bytes: the last record wins, and is all that counts",
    schema: "Files",
    message: [
      { field: 1, bytes: [0xff] },
      { field: 1, bytes: [] },
    ],
    json: `{"file":"","nullable_file":null}`,
  },
  {
    name: "bytes of every length, one after the other",
    schema: "Files",
    message: { files: Array.from({ length: 40 }, (_, length) => btoa("\u00fb".repeat(length))) },
    json: `{"file":"","nullable_file":null,"files":[${Array.from(
      { length: 40 },
      (_, length) => `"${btoa("\u00fb".repeat(length))}"`,
    ).join(",")}]}`,
  },
];
