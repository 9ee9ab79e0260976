import { pointerSegment } from "../../json/pointer.js";
import type { DocumentCase } from "../case.js";

/** Names with a special meaning in JavaScript, Protobuf or JSON Pointer. */
const names = [
  "",
  " ",
  "__proto__",
  "constructor",
  "prototype",
  "hasOwnProperty",
  "toString",
  "valueOf",
  "toJSON",
  "__defineGetter__",
  "length",
  "0",
  "1",
  "01",
  "-1",
  "4294967294",
  "4294967295",
  "9007199254740993",
  "null",
  "$typeName",
  "$unknown",
  "jsonResidue",
  "case",
  "value",
  "a/b",
  "~0~1~",
  "\u0000",
  "\n",
  '"\\',
  "é",
  "e\u0301",
  "😀",
  "\u2028",
  "x".repeat(300),
];

const texts = names.map((name) => `${JSON.stringify(name)}:1`).join(",");
const ones = own(names, 1);

/** Cases for member names; they are data without a special meaning and are given back unchanged. */
export const nameCases: readonly DocumentCase[] = [
  {
    name: "as keys of maps and within a Value",
    schema: "Maps",
    json: `{"values":{"":{${texts}},${texts.slice(`"":1,`.length)}},"parts":null,"integers":{${texts}}}`,
    message: { values: { ...ones, "": ones }, integers: ones },
  },
  {
    name: "of members of known objects",
    schema: "Maps",
    json: `{"values":{},"parts":{${names.map((name) => `${JSON.stringify(name)}:{"kind":"part"}`).join(",")}}}`,
    message: { parts: own(names, {}) },
  },
  {
    name: "of unknown members",
    schema: "Part",
    json: `{"kind":"part",${texts}}`,
    message: { jsonResidue: { members: own(names, "1") } },
    violations: names.map((name) => [
      "unknown_member",
      `/${pointerSegment(name)}`,
      "Part",
      { found: "1" },
    ]),
  },
  {
    name: "within unknown members",
    schema: "Part",
    json: `{"kind":"part","x":{${texts}}}`,
    violations: [["unknown_member", "/x", "Part"]],
    output: `{"kind":"part","x":{${texts}}}`,
  },
  {
    name: "of what is wrong within an object of that name",
    schema: "Maps",
    json: `{"values":{},"parts":{"__proto__":{"kind":"part","constructor":1},"0":{"kind":"part","__proto__":2}}}`,
    message: {
      parts: own(["__proto__"], { jsonResidue: { members: { constructor: "1" } } }, [
        "0",
        { jsonResidue: { members: own(["__proto__"], "2") } },
      ]),
    },
    violations: [
      ["unknown_member", "/parts/__proto__/constructor", "Part"],
      ["unknown_member", "/parts/0/__proto__", "Part"],
    ],
  },
  {
    name: "spelled with escapes",
    schema: "Part",
    json: String.raw`{"kind":"part","\u005f_proto__":{"__pr\u006fto__":{}}}`,
    message: {
      jsonResidue: { members: own(["__proto__"], String.raw`{"__pr\u006fto__":{}}`) },
    },
    violations: [["unknown_member", "/__proto__", "Part"]],
  },
  {
    name: "that differ in their normal form only, or in case, are two",
    schema: "Part",
    json: `{"kind":"part","é":1,"e\u0301":2,"É":3,"Kind":4}`,
    message: { jsonResidue: { members: { é: "1", "e\u0301": "2", É: "3", Kind: "4" } } },
    violations: [
      ["unknown_member", "/é", "Part"],
      ["unknown_member", "/e\u0301", "Part"],
      ["unknown_member", "/É", "Part"],
      ["unknown_member", "/Kind", "Part"],
    ],
  },
];

/**
 * Returns an object with own members of these names. Assigning to `__proto__` would set the
 * prototype.
 */
function own<Value>(
  keys: readonly string[],
  value: Value,
  ...more: readonly (readonly [string, Value])[]
): Record<string, Value> {
  return Object.fromEntries([...keys.map((key): [string, Value] => [key, value]), ...more]);
}
