import {
  compareJson,
  doubleOf,
  exactDoubleOf,
  findJsonPlaces,
  formatJson,
  formatPointer,
  integerOf,
  JsonError,
  minifyJson,
  normalizeNumber,
  parentPointer,
  pointerTo,
  TextTree,
} from "@stepwire/json";
import * as internal from "@stepwire/json/internal";
import {
  byteLength,
  excerpt,
  findStringMember,
  jsonValueEnd,
  parseJsonString,
  quote,
  readText,
  skipSpace,
  splitJsonArray,
  splitJsonObject,
  writeValue,
} from "@stepwire/json/internal";
import type { Growth } from "./measure.js";
import { list, sizesOf } from "./shapes.js";

/** Returns the entry and the name of a function of the JSON package. */
function exportOf(name: string): string {
  return name in internal ? `@stepwire/json/internal:${name}` : `@stepwire/json:${name}`;
}

/** Texts for the functions that look into JSON text. */
const texts: Readonly<Record<string, (size: number) => string>> = {
  "nested values": (size) => `{"m":[${list(size, () => `${"[".repeat(40)}1${"]".repeat(40)}`)}]}`,
  // In V8, ten times as many names in a `Map` take up to 16 times as long: they exceed the caches.
  members: (size) => `{${list(size, (index) => `"m${index}":"${index}"`)}}`,
  escapes: (size) => `{"m":"${'\\"\\\\'.repeat(size)}"}`,
  backslashes: (size) => `{"m":"${"\\\\".repeat(size * 10)}"}`,
  "opening brackets": (size) => "[".repeat(size * 10),
  "open strings": (size) => `{"m":["${'\\"'.repeat(size * 10)}`,
  "white space": (size) => `{${" ".repeat(size * 10)}}`,
};

/** Reads a text; an error is a result too. */
function attempt(action: () => unknown): unknown {
  try {
    return action();
  } catch (reason) {
    if (!(reason instanceof JsonError)) {
      throw reason;
    }
    return reason;
  }
}

const readTree = (text: string): TextTree =>
  new TextTree(text, { maxDepth: 1000, onFault: () => true });

const LAST_MEMBER = Buffer.from("b");

/** The functions that read JSON text of any kind. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  splitJsonObject,
  splitJsonArray: (text) => splitJsonArray(`[${text},${text}]`),
  jsonValueEnd: (text) => jsonValueEnd(text, 0),
  findStringMember: (text) => findStringMember(Buffer.from(`{"a":${text},"b":""}`), LAST_MEMBER),
  formatJson: (text) => formatJson(text),
  minifyJson,
  findJsonPlaces: (text) => findJsonPlaces(text),
  readText: (text) => readText(text, Number.MAX_SAFE_INTEGER),
  byteLength,
  TextTree: (text) => attempt(() => readTree(text)),
};

/** Indentation grows with the square of the levels, up to 1,000 of them. */
function readersOf(shape: string): readonly (readonly [string, (text: string) => unknown])[] {
  const all = Object.entries(readers);
  return shape === "opening brackets" ? all.filter(([name]) => name !== "formatJson") : all;
}

/** Both sizes exceed 64 Ki code units, so that containers are read in parts. */
const beyondTrees = { least: 6_000, largest: 60_000 };

/** Growth tests for functions that read JSON text. */
export const textGrowth: readonly Growth[] = [
  ...Object.entries(texts).flatMap(([shape, make]) =>
    readersOf(shape).map(
      ([name, read]): Growth => ({
        of: [exportOf(name)],
        shape,
        ...sizesOf(shape),
        prepare: (size) => {
          const text = make(size);
          return () => read(text);
        },
      }),
    ),
  ),
  {
    of: ["@stepwire/json:compareJson"],
    shape: "members in the same order",
    ...beyondTrees,
    prepare: (size) => {
      const text = texts["members"]?.(size) ?? "";
      return () => compareJson(text, text);
    },
  },
  {
    of: ["@stepwire/json:compareJson"],
    shape: "members in reverse order, on every level",
    ...beyondTrees,
    prepare: (size) => {
      const nested = (first: string, last: string): string =>
        `${`{${first}"m":`.repeat(5)}1${`${last}}`.repeat(5)}`;
      const members = Array.from({ length: size }, (_, index) => `"m${index}":`);
      const text = members.map((name) => `${name}${nested('"a":1,', "")}`);
      const other = members.map((name) => `${name}${nested("", ',"a":1')}`).reverse();
      const [expected, found] = [`{${text.join(",")}}`, `{${other.join(",")}}`];
      return () => compareJson(expected, found);
    },
  },
  {
    of: ["@stepwire/json:compareJson"],
    shape: "differences",
    prepare: (size) => {
      const [expected, found] = ["0", "1"].map((digit) => `[${list(size, () => digit)}]`);
      return () => compareJson(expected ?? "", found ?? "", { maxDifferences: size });
    },
  },
  {
    of: ["@stepwire/json/internal:writeValue"],
    shape: "members",
    prepare: (size) => {
      const value: unknown = JSON.parse(`[{${list(size, (index) => `"m${index}":[${index}]`)}}]`);
      return () => writeValue(value, { path: [], maxDepth: 10, addName: () => {} });
    },
  },
];

/** The functions that read a long text, or one with many characters of a kind. */
const characters: Readonly<Record<string, (text: string) => unknown>> = {
  excerpt,
  quote,
  formatPointer: (text) => formatPointer(Array.from(text)),
  pointerTo: (text) => pointerTo(text, text),
  parentPointer: (text) => parentPointer(text),
  skipSpace: (text) => skipSpace(text, 0),
  parseJsonString: (text) => parseJsonString(`"${text}"`),
};

/** The functions that read the text of a number. */
const numbers: Readonly<Record<string, (text: string) => unknown>> = {
  normalizeNumber,
  integerOf,
  doubleOf,
  exactDoubleOf,
};

function readWithAll(
  functions: Readonly<Record<string, (text: string) => unknown>>,
  shape: string,
  make: (size: number) => string,
): Growth {
  return {
    of: Object.keys(functions).map(exportOf),
    shape,
    ...sizesOf(shape),
    prepare: (size) => {
      const text = make(size);
      return () => Object.values(functions).map((read) => read(text));
    },
  };
}

/** Growth tests for functions that read a scalar, a name or a pointer. */
export const scalarGrowth: readonly Growth[] = [
  ...["~", "/", " ", "\\n\\u00e9"].map((piece) =>
    readWithAll(characters, `many ${JSON.stringify(piece)}`, (size) => piece.repeat(size)),
  ),
  ...["1", "0", "9"].flatMap((digit) =>
    [digit, `${digit}.`, "1e"].map((prefix) =>
      // A number in a document of 64 MiB cannot have more digits.
      readWithAll(
        numbers,
        `digits ${prefix}${digit}...`,
        (size) => `${prefix}${digit.repeat(size * 10)}`,
      ),
    ),
  ),
];
