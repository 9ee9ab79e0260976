import type { DocumentCase } from "../case.js";

/** Strings that a Protobuf string can hold. */
const held: readonly (readonly [name: string, json: string, value: string])[] = [
  ["empty", `""`, ""],
  ["every short escape", String.raw`"\"\\\/\b\f\n\r\t"`, '"\\/\b\f\n\r\t'],
  ["an escape beside every other", String.raw`"a\nb\\\\c\"\"d\/"`, 'a\nb\\\\c""d/'],
  ["a backslash at the end", String.raw`"a\\"`, "a\\"],
  ["a quote at the end", String.raw`"a\""`, 'a"'],
  ["NUL", String.raw`"\u0000a\u0000"`, "\u0000a\u0000"],
  [
    "every control character",
    String.raw`"\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"`,
    Array.from({ length: 31 }, (_, index) => String.fromCharCode(index + 1)).join(""),
  ],
  ["ASCII by escapes", String.raw`"\u0041\u005c\u0022\u002F\u007f"`, 'A\\"/\u007f'],
  ["hexadecimal digits of both cases", String.raw`"\u00e9\u00E9\uABCD\uabcd"`, "éé\uabcd\uabcd"],
  [
    "two and three bytes by escapes",
    String.raw`"\u0080\u07ff\u0800\ud7ff\ue000\uffff"`,
    "\u0080\u07ff\u0800\ud7ff\ue000\uffff",
  ],
  ["surrogate pairs", String.raw`"\ud83d\ude00\ud800\udc00\udbff\udfff"`, "😀\u{10000}\u{10ffff}"],
  ["surrogate pairs, in capitals", String.raw`"\uD83D\uDE00"`, "😀"],
  ["a pair after an escaped backslash", String.raw`"\\\ud83d\ude00\\ud83d"`, "\\😀\\ud83d"],
  [
    "raw characters of one to four bytes",
    `"aé\u07ff\u0800日\uffff😀\u{10ffff}"`,
    "aé\u07ff\u0800日\uffff😀\u{10ffff}",
  ],
  [
    "raw characters that JavaScript once escaped",
    `"\u007f\u0080\u2028\u2029\ufeff\ufffe"`,
    "\u007f\u0080\u2028\u2029\ufeff\ufffe",
  ],
  ["a replacement character", `"\ufffd\\ufffd"`, "\ufffd\ufffd"],
  ["combining characters", `"e\u0301é"`, "e\u0301é"],
  ["white space and brackets", `" \u00a0{}[],:"`, " \u00a0{}[],:"],
  ["text that looks like JSON", String.raw`"{\"a\":[1,\"\\\"\"]}"`, '{"a":[1,"\\""]}'],
];

/** Strings with a lone surrogate. */
const illFormed: readonly (readonly [name: string, json: string])[] = [
  ["a high surrogate alone", String.raw`"\ud800"`],
  ["a low surrogate alone", String.raw`"\udfff"`],
  ["a pair the wrong way round", String.raw`"\ude00\ud83d"`],
  ["a high surrogate before text", String.raw`"a\ud83dbc"`],
  ["a high surrogate before another escape", String.raw`"\ud83d\n"`],
  ["a high surrogate before an escaped backslash", String.raw`"\ud83d\\ude00"`],
  ["two high surrogates before a low one", String.raw`"\ud83d\ud83d\ude00"`],
  ["a high surrogate before a raw character beyond the BMP", String.raw`"\ud83d😀"`],
  ["a low surrogate after a pair", String.raw`"\ud83d\ude00\ude00"`],
  ["at the end", String.raw`"text\uD83D"`],
];

const longLengths = [127, 128, 129, 255, 256, 16383, 16384, 16385, 70000];

/** Cases for strings in a field, in a Value, and in text that is kept. */
export const stringCases: readonly DocumentCase[] = [
  ...held.map(
    ([name, json, value]): DocumentCase => ({
      name,
      schema: "Texts",
      json: `{"required_value":[${json}],"required_text":${json},"optional_value":${json},"nullable_value":{${json}:null},"nullable_text":null}`,
      message: {
        requiredValue: [value],
        requiredText: json,
        optionalValue: value,
        nullableValue: { [value]: null },
      },
    }),
  ),
  ...held.map(
    ([name, json, value]): DocumentCase => ({
      name: `${name}, in a string field and as the name of a map's member`,
      schema: "Maps",
      json: `{"values":{},"parts":null,"strings":{${json}:${json}}}`,
      message: { strings: { [value]: value } },
    }),
  ),
  ...illFormed.map(
    ([name, json]): DocumentCase => ({
      name: `not ${name}`,
      schema: "Choice",
      json: `{"object":"choice","id":${json},"type":"value","value":[${json}],"last":${json},"x":${json}}`,
      message: {
        jsonResidue: {
          members: { id: json, type: `"value"`, value: `[${json}]`, last: json, x: json },
        },
      },
      violations: [
        ["not_representable", "/id", "Choice.id", { expected: "a string of Unicode characters" }],
        ["not_representable", "/value/0", "Choice.value"],
        ["not_representable", "/last", "Choice.last"],
        ["unknown_member", "/x", "Choice"],
      ],
      output: `{"object":"choice","id":${json},"type":"value","value":[${json}],"last":${json},"x":${json}}`,
    }),
  ),
  everyOffset("an escape", String.raw`\n`, "\n"),
  everyOffset("a quote", String.raw`\"`, '"'),
  everyOffset("a character of two bytes", "é", "é"),
  everyOffset("a character of four bytes", "😀", "😀"),
  everyOffset("a pair of escapes", String.raw`\ud83d\ude00`, "😀"),
  {
    name: "as long as a length of one, two and three bytes can say",
    schema: "Maps",
    json: `{"values":{},"parts":null,"strings":{${longLengths.map((length) => `"${length}":"${"x".repeat(length)}"`).join(",")}}}`,
    message: {
      strings: Object.fromEntries(longLengths.map((length) => [length, "x".repeat(length)])),
    },
  },
];

/** Returns strings of up to 40 characters, with a special character at each position. */
function everyOffset(what: string, json: string, value: string): DocumentCase {
  const places = Array.from({ length: 40 }, (_, index) => index);
  const around = (middle: string): string[] =>
    places.map((index) => `${"a".repeat(index)}${middle}${"b".repeat(39 - index)}`);
  return {
    name: `${what} at every offset`,
    schema: "Choice",
    json: `{"object":"choice","id":"c","type":"value","value":[${around(json)
      .map((string) => `"${string}"`)
      .join(",")}]}`,
    message: { id: "c", value: around(value) },
  };
}
