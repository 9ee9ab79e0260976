import { describe, expect, test } from "vitest";
import { compareStreams, compareTexts, createSuite, judge, readEvents } from "../src/index.js";

/** Differences without values. */
function kinds(sent: string, received: string): string[] {
  return compareTexts(sent, received).map(
    ({ kind, pointer, what }) => `${kind} ${pointer}: ${what}`,
  );
}

describe("documents", () => {
  test.each([
    ['{"a":null}', "{}", ["lost /a: null"]],
    ["{}", '{"a":null}', ["added /a: null"]],
    ['{"a":[]}', '{"a":null}', ["changed /a: an empty list became null"]],
    ['{"a":"x"}', '{"a":""}', ["changed /a: a string became an empty string"]],
    ['{"a":"x"}', '{"a":"y"}', ["changed /a: a string became another"]],
    [
      '{"a":9007199254740993}',
      '{"a":9007199254740992}',
      ["changed /a: an integer became another number"],
    ],
    [`{"a":1${"0".repeat(30)}}`, '{"a":1e30}', ["changed /a: an integer became another number"]],
    ['{"a":-0}', '{"a":0}', ["changed /a: an integer became another number"]],
    ['{"a":1e400}', '{"a":null}', ["changed /a: a number became null"]],
    ['{"a":1.50}', '{"a":15e-1}', []],
    ['{"a":1,"b":2}', '{"b":2,"a":1}', []],
    ['{"a":1,"a":2}', '{"a":2}', ["lost /a: a duplicate member"]],
    ['{"a":2}', '{"a":2,"a":2}', ["added /a: a number"]],
    ["[1,2,3]", "[3,2,1]", ["reordered : a list"]],
    ['["a","b","c"]', '["a","c"]', ["lost /1: a string"]],
    ['["a","c"]', '["a","b","c"]', ["added /1: a string"]],
    ['{"a":{"__proto__":{"b":1}}}', '{"a":{}}', ["lost /a/__proto__: an object"]],
    ['{"a~/b":1}', "{}", ["lost /a~0~1b: a number"]],
    ['{"a":"\\ud83c"}', '{"a":"\\ufffd"}', ["changed /a: a string became another"]],
    ['{"a":1}', '{"a":', ["changed : an object became a text that is not JSON"]],
  ])("%s and %s", (sent, received, expected) => {
    expect(kinds(sent, received)).toEqual(expected);
  });

  test("the number of findings is bounded, and values are cut short", () => {
    const sent = JSON.stringify(Object.fromEntries([...Array(50).keys()].map((key) => [key, key])));
    expect(compareTexts(sent, "{}", { maxFindings: 7, maxDepth: 100 })).toHaveLength(7);
    const [difference] = compareTexts(JSON.stringify({ a: "x".repeat(9999) }), "{}");
    expect(difference?.sent?.length).toBeLessThan(200);
  });

  test("a document that is too deep is a text", () => {
    const deep = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
    expect(compareTexts(deep(20), deep(21), { maxFindings: 9, maxDepth: 10 })).toMatchObject([
      { kind: "changed", what: "a text became another" },
    ]);
  });
});

describe("streams", () => {
  const token = (text: string): string => `data: {"id":"a","delta":{"text":"${text}"}}\n\n`;

  function streamKinds(sent: string, received: string): string[] {
    return compareStreams(readEvents(Buffer.from(sent)), readEvents(Buffer.from(received))).map(
      ({ kind, event, pointer, what }) => `${kind} ${event}${pointer}: ${what}`,
    );
  }

  const [a, b, c, d] = ["a", "b", "c", "d"].map(token);

  test.each([
    ["equal", `${a}${b}`, `: comment\n\n${a}retry: 3\n${b}`, []],
    ["lost", `${a}${b}${c}`, `${a}${c}`, ["lost 1: an event"]],
    ["added", `${a}${c}`, `${a}${b}${c}`, ["added 1: an event"]],
    ["doubled", `${a}${b}${c}`, `${a}${b}${b}${c}`, ["doubled 2: an event"]],
    ["reordered", `${a}${b}${c}${d}`, `${a}${c}${d}${b}`, ["reordered 1: received later"]],
    ["merged", `${a}${b}${c}${d}`, `${a}${token("bc")}${d}`, ["merged 1: 2 events became one"]],
    ["all merged", `${a}${b}${c}`, token("abc"), ["merged 0: 3 events became one"]],
    [
      "changed",
      `${a}${b}${c}`,
      `${a}${token("x")}${c}`,
      ["changed 1/data/delta/text: a string became another"],
    ],
    ["a name", `event: x\n${a}`, a, ["lost 0/event: the line event:"]],
    ["an id", `id: 7\n${a}`, a, ["lost 0/id: the line id:"]],
    ["the end", `${a}data: [DONE]\n\n`, a, ["lost 1: the end, [DONE]"]],
    ["everything", `${a}${b}`, "", ["lost 0: an event", "lost 1: an event"]],
    [
      "no payload",
      a,
      "event: x\n\n",
      ["added 0/event: the line event:", "lost 0/data: the payload"],
    ],
  ])("%s", (_name, sent = "", received = "", expected: readonly string[] = []) => {
    expect(streamKinds(sent, received)).toEqual(expected);
  });
});

describe("a stream that ends early", () => {
  const early = createSuite(["chat"]).find(({ name }) => name === "early-end");
  const sent = Buffer.concat(early?.chunks ?? []);

  test.each([
    ["an error", 'data: {"error":{"message":"cut"}}\n\n', []],
    ["a named error", "event: error\ndata: {}\n\n", []],
    ["an invented end", 'data: {"choices":[{"finish_reason":"stop"}]}\n\n', ["added"]],
  ])("may be followed by %s", (_name, last, kinds) => {
    const output = Buffer.concat([sent, Buffer.from(last)]);
    const findings = early === undefined ? undefined : judge(early, { output });
    expect(findings?.map(({ kind }) => kind)).toEqual(kinds);
  });
});
