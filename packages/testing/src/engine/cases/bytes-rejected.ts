import type { TextCase } from "../case.js";

const encoder = new TextEncoder();

/** Bytes that are not UTF-8, with the number of valid bytes at their start. */
const illFormed: readonly (readonly [name: string, bytes: readonly number[], valid: number])[] = [
  ["a continuation byte alone", [0x80], 0],
  ["the last continuation byte alone", [0xbf], 0],
  ["a continuation byte after a character", [0xc3, 0xa9, 0xa9], 2],
  ["an overlong NUL", [0xc0, 0x80], 0],
  ["an overlong slash of two bytes", [0xc0, 0xaf], 0],
  ["an overlong DEL", [0xc1, 0xbf], 0],
  ["an overlong slash of three bytes", [0xe0, 0x80, 0xaf], 1],
  ["the largest overlong form of three bytes", [0xe0, 0x9f, 0xbf], 1],
  ["an overlong slash of four bytes", [0xf0, 0x80, 0x80, 0xaf], 1],
  ["the largest overlong form of four bytes", [0xf0, 0x8f, 0xbf, 0xbf], 1],
  ["the first surrogate", [0xed, 0xa0, 0x80], 1],
  ["the last surrogate", [0xed, 0xbf, 0xbf], 1],
  ["a pair of surrogates", [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80], 1],
  ["the first code point beyond Unicode", [0xf4, 0x90, 0x80, 0x80], 1],
  ["code points far beyond Unicode", [0xf5, 0x80, 0x80, 0x80], 0],
  ["the largest form of four bytes", [0xf7, 0xbf, 0xbf, 0xbf], 0],
  ["a form of five bytes", [0xf8, 0x88, 0x80, 0x80, 0x80], 0],
  ["a form of six bytes", [0xfc, 0x84, 0x80, 0x80, 0x80, 0x80], 0],
  ["the byte FE", [0xfe], 0],
  ["the byte FF", [0xff], 0],
  ["two bytes, the second missing", [0xc3], 1],
  ["three bytes, the third missing", [0xe2, 0x82], 2],
  ["three bytes, two missing", [0xe2], 1],
  ["four bytes, the fourth missing", [0xf0, 0x9f, 0x98], 3],
  ["four bytes, three missing", [0xf0], 1],
  ["a start byte before another", [0xe2, 0x82, 0xc3, 0xa9], 2],
  ["text in Latin-1", [0xe9, 0x74, 0xe9], 1],
];

/**
 * Texts before and after the inserted bytes; an engine reads each of these places with different
 * code.
 */
const places: readonly (readonly [name: string, before: string, after: string])[] = [
  ["within a string field", `{"id":"a`, `b"}`],
  ["after many characters", `{"id":"${"x".repeat(31)}`, `${"y".repeat(31)}"}`],
  ["after an escape", `{"id":"\\n`, `"}`],
  ["within a name", `{"x`, `":1}`],
  ["within an unknown member", `{"x":["é`, `"]}`],
  ["within a Value", `{"maps":{"values":{"a":"`, `"}}}`],
  ["within a constant", `{"object":"thing`, `"}`],
  ["outside of strings", "{", "}"],
  ["after the document", "{}", ""],
];

function concat(...pieces: readonly (string | readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    pieces.flatMap((piece) => (typeof piece === "string" ? [...encoder.encode(piece)] : piece)),
  );
}

const wholes: readonly TextCase[] = [
  { name: "nothing", schema: "Part", texts: { bytes: concat() }, offset: 0 },
  {
    name: "white space alone",
    schema: "Part",
    texts: { spaces: "  ", lines: "\r\n", tab: "\t" },
  },
  {
    name: "a byte order mark",
    schema: "Part",
    texts: {
      "before the document": concat([0xef, 0xbb, 0xbf], `{"kind":"part"}`),
      alone: concat([0xef, 0xbb, 0xbf]),
      twice: concat([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], "{}"),
    },
    offset: 0,
  },
  {
    name: "other encodings",
    schema: "Part",
    texts: {
      "UTF-16, little end first": concat([0x7b, 0x00, 0x7d, 0x00]),
      "UTF-16, big end first": concat([0x00, 0x7b, 0x00, 0x7d]),
      "UTF-16 with a mark": concat([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
      "UTF-32": concat([0x7b, 0, 0, 0, 0x7d, 0, 0, 0]),
      EBCDIC: concat([0xc0, 0xd0]),
    },
  },
  {
    name: "something after the document",
    schema: "Part",
    texts: {
      "another document": "{}{}",
      "another line": "{}\n{}",
      "a comma": "{},",
      "a brace": "{}}",
      "a bracket": "{}]",
      "a quote": `{}"`,
      "a letter": "{}x",
      NUL: "{}\u0000",
      "many NULs": `{} ${"\u0000".repeat(40)}`,
      "a semicolon": "{};",
      "white space, then a letter": `{}${" ".repeat(40)}x`,
      "form feed": "{}\f",
    },
  },
  {
    name: "something before the document",
    schema: "Part",
    texts: {
      NUL: "\u0000{}",
      ")]}'": ")]}'{}",
      "a name": "callback({})",
      "data:": "data: {}",
      "a record separator": "\u001e{}",
    },
    offset: 0,
  },
];

const whole = `{"version":"v1","id":"a\\u00e9\\n","flag":true,"ended_at":null,"score":-1.5e+3,"lists":{"rows":[[1,2],[]]},"x":{"é":["",{}]}}`;

/** Texts that are cut off at each offset; none of them is JSON. */
const truncated: TextCase = {
  name: "a document that breaks off",
  schema: "Thing",
  texts: Object.fromEntries(
    Array.from({ length: encoder.encode(whole).length }, (_, length) => [
      `after ${length} bytes`,
      encoder.encode(whole).slice(0, length),
    ]),
  ),
};

/** Cases for bytes that are not text, and for texts that are not documents. */
export const rejectedBytesCases: readonly TextCase[] = [
  ...wholes,
  truncated,
  ...illFormed.flatMap(([name, bytes, valid]) =>
    places.map(
      ([place, before, after]): TextCase => ({
        name: `${name}, ${place}`,
        schema: "Thing",
        texts: { bytes: concat(before, bytes, after) },
        offset: encoder.encode(before).length + valid,
      }),
    ),
  ),
];
