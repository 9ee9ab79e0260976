import type { DocumentCase } from "../case.js";

const part = `{"kind":"part"}`;
const names = Array.from({ length: 64 }, (_, index) => `s${index + 1}`);
const texts = names.map((name) => `"${name}":"${name}"`).join();
const textMessage = Object.fromEntries(names.map((name) => [name, name]));
const behind = `"part":${part},"parts":[${part},${part}],"count":7,"text":"t","color":"red"`;
const behindMessage = { part: {}, parts: [{}, {}], count: 7, text: "t", color: "COLOR_RED" };
const unset = { count: null, text: null };

/**
 * Cases for objects with more than 64 members, because an engine may keep one bit per member in a
 * word.
 */
export const wideCases: readonly DocumentCase[] = [
  {
    name: "all, in the order of the schema",
    schema: "Wide",
    json: `{${texts},${behind}}`,
    message: { ...textMessage, ...behindMessage },
    output: `{${texts},${behind}}`,
  },
  {
    name: "those behind come first",
    schema: "Wide",
    json: `{${behind},${texts}}`,
    message: { ...textMessage, ...behindMessage },
    output: `{${texts},${behind}}`,
  },
  {
    name: "null is the canonical form of those that may be null",
    schema: "Wide",
    json: JSON.stringify(unset),
    message: {},
    output: JSON.stringify(unset),
  },
  {
    name: "the last text before, and the first member behind",
    schema: "Wide",
    json: `{"s64":"a","part":${part},"count":null,"text":""}`,
    message: { s64: "a", part: {}, text: "" },
    output: `{"s64":"a","part":${part},"count":null,"text":""}`,
  },
  ...["s1", "s64", "part", "parts", "count", "text", "color"].map(
    (name): DocumentCase => ({
      name: `${name} twice`,
      schema: "Wide",
      json: twice(name),
      violations: [["duplicate_member", `/${name}`, ""]],
    }),
  ),
  {
    name: "an object twice, each alone",
    schema: "Wide",
    json: `{"part":${part},"part":${part},"count":1,"text":"t"}`,
    violations: [["duplicate_member", "/part", "", { offset: 24 }]],
  },
];

/** Returns an object with all members, one of which is repeated at the end. */
function twice(name: string): string {
  const members = `${texts},${behind}`;
  const value = new RegExp(`"${name}":("\\w+"|\\d+|\\{.*?\\}|\\[.*?\\])`, "u").exec(members);
  return `{${members},${value?.[0]}}`;
}
