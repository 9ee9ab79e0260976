import type { TextCase } from "../case.js";

/** Invalid numbers. */
const numbers = [
  ...["01", "-01", "00", "-00", "012.3", "1.", "-1.", "0.", ".5", "-.5", "1.e1", "0.e1", "+1"],
  ...["+0.5", "-", "--1", "-a", "1e", "1E", "1e+", "1E-", "1.5e", "0e", "1e1.5", "1e1e1", "1.2.3"],
  ...["0x10", "0X1F", "0b1", "0o7", "1_000", "1n", "1f", "1a", "1-2", "1+2", "1/2", "(1)", "$1"],
  ...["NaN", "-NaN", "nan", "Infinity", "-Infinity", "inf", "∞", "１", "1２", "²", "1 2", "1 .5"],
  ...["- 1", "1 e5", "1e 5"],
];

/** Invalid literals. */
const literals = [
  ...["True", "TRUE", "tru", "truee", "t", "true1", "False", "fals", "falsey", "f", "NULL"],
  ...["Null", "nul", "nulll", "n", "null0", "undefined", "None", "nil", "yes", "a", "true false"],
];

/** Invalid strings. */
const strings = [
  ...[`"`, `"a`, `"a\\"`, `"\\`, `"a\\\\\\"`, `'a'`, "`a`", `"a""b"`, `"a"b`, `a"`, "“a”"],
  ...[`"\\x41"`, `"\\a"`, `"\\'"`, `"\\0"`, `"\\ "`, `"\\é"`, `"\\U0041"`, `"\\N"`, `"\\v"`],
  ...[`"\\u"`, `"\\u1"`, `"\\u12"`, `"\\u123"`, `"\\u12g4"`, `"\\ug234"`, `"\\u+123"`],
  ...[`"\\u-123"`, `"\\u 123"`, `"\\u{41}"`, `"\\ud83d\\u"`, `"\\ud83d\\ude0"`, `"\\u00４1"`],
  ...[`"a\nb"`, `"a\tb"`, `"a\rb"`, `"\u0000"`, `"\u0001"`, `"\u001f"`, `"\\\n"`, `"a\\\tb"`],
  ...[`"${"x".repeat(20)}\u0000"`, `"${"x".repeat(40)}\n"`, `"${"x".repeat(33)}\\q"`],
];

/** Invalid arrays and objects. */
const structures = [
  ...["[1,]", "[,1]", "[,]", "[1,,2]", "[1 2]", "[1;2]", "[1:2]", "[", "[1", "[1,", "[[]", "[]]"],
  ...[`["a]`, "[}", "[1}", "]", "}", ",", ":", "[{]}", "[]1", "[](", "<a>"],
  ...["{", "{,}", `{"a"}`, `{"a":}`, `{"a":1,}`, `{,"a":1}`, `{"a":1,,"b":2}`, `{"a" 1}`],
  ...[`{"a"::1}`, `{"a"=1}`, `{"a"=>1}`, `{"a":1 "b":2}`, `{"a":1;"b":2}`, `{"a",1}`, `{"a":1]`],
  ...["{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{[]:1}", "{{}}", "{}}", `{"a":[}`, `{"a":1:2}`],
  ...[`{"a":1,"b"}`, `{"a":1,"b":}`, `{"a`, `{"a\\":1}`, `{"\\q":1}`, `{"\n":1}`, `{"a":{}`],
  ...[`"a":1`, "...", "[...]", "[1,2...]", "1,"],
];

/** Comments and characters that JSON does not accept as white space. */
const gaps = [
  ...["/* c */1", "1/**/", "// c\n1", "1//c\n", "# c\n1", "<!-- -->1", "[1/*,2*/]"],
  ...["\f1", "\v1", "\u00a01", "1\u00a0", "\u20281", "\u30001", "\u200b1", "\u00851", "\ufeff1"],
  ...[
    "1\ufeff",
    "\u00001",
    "1\u0000",
    "\u0000",
    "\u007f",
    "\\n1",
    "\b1",
    "[1,\f2]",
    "{\v}",
    "[\ufeff]",
  ],
];

/** Places for a value; an engine reads each with different code. */
const places: readonly (readonly [name: string, before: string, after: string])[] = [
  ["the document", "", ""],
  ["an unknown member", `{"x":`, "}"],
  ["within an unknown member", `{"x":[1,`, "]}"],
  ["a constant", `{"version":`, "}"],
  ["a string", `{"id":`, "}"],
  ["an enum", `{"color":`, "}"],
  ["a boolean", `{"flag":`, "}"],
  ["a double", `{"score":`, "}"],
  ["an integer", `{"ended_at":`, "}"],
  ["a message", `{"part":`, "}"],
  ["a list of objects", `{"choices":`, "}"],
  ["an element", `{"lists":{"integers":[0,`, "]}}"],
  ["an array of arrays", `{"lists":{"rows":[[0,`, "]]}}"],
  ["a map's value", `{"maps":{"strings":{"a":`, "}}}"],
  ["a Value", `{"texts":{"optional_value":`, "}}"],
  ["within a Value", `{"maps":{"values":{"a":{"b":`, "}}}}"],
  ["a verbatim text", `{"texts":{"optional_text":`, "}}"],
  ["a tag", `{"choices":[{"type":`, "}]}"],
  ["a payload", `{"choices":[{"type":"logs","logs":`, "}]}"],
  ["the payload of another tag", `{"document":{"event":"x","data":`, "}}"],
  ["another document", `{"document":{"x":`, "}}"],
];

/** Cases for invalid JSON by RFC 8259, in every place. */
export const rejectedCases: readonly TextCase[] = [
  ...numbers,
  ...literals,
  ...strings,
  ...structures,
  ...gaps,
].map((snippet) => ({
  name: JSON.stringify(snippet).slice(1, -1),
  schema: "Thing",
  texts: Object.fromEntries(
    places.map(([place, before, after]) => [place, `${before}${snippet}${after}`]),
  ),
}));
