import type { JsonInput, Topic } from "../topic.js";

/** Strings as JSON text. */
const strings: readonly (readonly [name: string, json: string])[] = [
  ["empty", `""`],
  ["every short escape", String.raw`"\"\\\/\b\f\n\r\t"`],
  ["backslashes in a row", String.raw`"a\\\\\"\\"`],
  ["NUL", String.raw`"\u0000a\u0000"`],
  [
    "every control character",
    String.raw`"\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"`,
  ],
  ["ASCII by escapes", String.raw`"\u0041\u005c\u0022\u002F\u007f"`],
  ["hexadecimal digits of both cases", String.raw`"\u00e9\u00E9\uABCD\uabcd"`],
  ["two and three bytes by escapes", String.raw`"\u0080\u07ff\u0800\ud7ff\ue000\uffff"`],
  ["surrogate pairs", String.raw`"\ud83d\ude00\ud800\udc00\udbff\udfff"`],
  ["raw characters of one to four bytes", `"aé\u07ff\u0800日\uffff😀\u{10ffff}"`],
  ["line separators, a byte order mark", `"\u007f\u0080\u2028\u2029\ufeff\ufffe"`],
  ["a replacement character", `"\ufffd\\ufffd"`],
  ["brackets and white space", `" \u00a0{}[],:"`],
  ["text that looks like JSON", String.raw`"{\"a\":[1,\"\\\"\"]}"`],
  ["a high surrogate alone", String.raw`"\ud800"`],
  ["a low surrogate alone", String.raw`"\udfff"`],
  ["a pair the wrong way round", String.raw`"\ude00\ud83d"`],
  ["a high surrogate before text", String.raw`"a\ud83dbc"`],
  ["a high surrogate before another escape", String.raw`"\ud83d\n"`],
  ["two high surrogates before a low one", String.raw`"\ud83d\ud83d\ude00"`],
  ["a high surrogate before a raw character beyond the BMP", String.raw`"\ud83d😀"`],
];

/** Lengths at which a scan by blocks, or the length of a field, takes another path. */
const lengths = [1, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 126, 127, 128, 129, 255, 256, 300];

/** Ends of strings of these lengths. */
const endings: readonly (readonly [name: string, json: string])[] = [
  ["", ""],
  [" and an escape", "\\n"],
  [" and two bytes", "é"],
  [" and a surrogate pair", "\\ud83d\\ude00"],
];

/** Strings in all places where a document can have them. */
export const stringsTopic: Topic = {
  topic: "strings",
  about:
    "Strings in fields, in names, in verbatim text and within a google.protobuf.Value. A string with a lone surrogate is kept as text; a name with one is refused.",
  inputs: [
    ...strings.flatMap(([name, json]): readonly JsonInput[] => [
      {
        name: `${name}, in fields and in an unknown member`,
        schema: "FunctionCall",
        json: `{"name":${json},"arguments":${json},"output":${json},"x":[${json}]}`,
      },
      {
        name: `${name}, in verbatim text`,
        schema: "StreamEvent",
        json: `{"event":"other","data":{"a":[${json}]}}`,
      },
      {
        name: `${name}, in names and in a Value`,
        schema: "FileSearchResult",
        json: `{"file_id":"f","file_name":"n","score":1,"attributes":{${json}:[${json}]},${json}:1}`,
      },
      {
        name: `${name}, as a tag, a constant and an enum's value`,
        schema: "FileSearch",
        json: `{"ranking_options":{"ranker":${json}},"results":[{"file_id":"f","file_name":"n","score":1,"content":[{"type":${json}}]}]}`,
      },
    ]),
    ...lengths.flatMap((length) =>
      endings.map(
        ([name, ending]): JsonInput => ({
          name: `${length} characters${name}`,
          schema: "FunctionCall",
          json: `{"name":"${"x".repeat(length)}${ending}","arguments":"a${ending}${"y".repeat(length)}","output":null}`,
        }),
      ),
    ),
    {
      name: "known names, tags, constants and values by escapes",
      schema: "RunStepDelta",
      json: String.raw`{"\u0069d":"s","obj\u0065ct":"thread.run.step.d\u0065lta","delta":{"step_details":{"typ\u0065":"tool_\u0063alls","tool\u005fcalls":[{"type":"function","functio\u006e":{"name":"f"}}]}}}`,
    },
    {
      name: "one name in two spellings",
      schema: "FunctionCall",
      json: String.raw`{"name":"f","arguments":"","output":null,"n\u0061me":"g"}`,
    },
  ],
};
