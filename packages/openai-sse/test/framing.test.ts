import type { StreamEvent } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import type { Skipped } from "../src/index.js";
import { decodeAll, refusalOf } from "./streams.js";

/** Events in short: name, payload, identifier. */
function short(events: StreamEvent[]): (string | undefined)[][] {
  return events.map(({ event, id, dataText }) => {
    const other = event.case === "other" ? event.value : expect.unreachable(String(event.case));
    return [other.event, other.data ?? dataText, ...(id === undefined ? [] : [id])];
  });
}

const grammar: [name: string, stream: string, expected: (string | undefined)[][]][] = [
  [
    "LF",
    "event: a\ndata: 1\n\nevent: b\ndata: 2\n\n",
    [
      ["a", "1"],
      ["b", "2"],
    ],
  ],
  [
    "CR",
    "event: a\rdata: 1\r\revent: b\rdata: 2\r\r",
    [
      ["a", "1"],
      ["b", "2"],
    ],
  ],
  [
    "CRLF",
    "event: a\r\ndata: 1\r\n\r\nevent: b\r\ndata: 2\r\n\r\n",
    [
      ["a", "1"],
      ["b", "2"],
    ],
  ],
  [
    "mixed line ends",
    "event: a\rdata: 1\n\r\nevent: b\r\ndata: 2\r\n\n",
    [
      ["a", "1"],
      ["b", "2"],
    ],
  ],
  ["no space after the colon", "event:a\ndata:1\n\n", [["a", "1"]]],
  ["two spaces after the colon", "event:  a\ndata:  1\n\n", [[" a", "1"]]],
  ["data of several lines", 'event: a\ndata: {"x":\ndata: 1}\n\n', [["a", '{"x":1}']]],
  ["data before the name", "data: 1\nevent: a\n\n", [["a", "1"]]],
  ["no name", "data: 1\n\n", [["", "1"]]],
  ["the name message", "event: message\ndata: 1\n\n", [["message", "1"]]],
  ["an empty name", "event:\ndata: 1\n\n", [["", "1"]]],
  ["two names", "event: a\nevent: b\ndata: 1\n\n", [["b", "1"]]],
  [
    "no data",
    "event: a\n\nevent: b\ndata: 1\n\n",
    [
      ["a", undefined],
      ["b", "1"],
    ],
  ],
  ["empty data", "event: a\ndata:\n\n", [["a", ""]]],
  ["data without a colon", "event: a\ndata\n\n", [["a", ""]]],
  ["comments", ": one\nevent: a\n: two\ndata: 1\n:\n\n: three\n\n", [["a", "1"]]],
  [
    "many blank lines",
    "\n\n\nevent: a\n\n\ndata: 1\n\n\n\n",
    [
      ["a", undefined],
      ["", "1"],
    ],
  ],
  [
    "an identifier",
    "id: 7\nevent: a\ndata: 1\n\ndata: 2\n\n",
    [
      ["a", "1", "7"],
      ["", "2"],
    ],
  ],
  ["an empty identifier", "event: a\nid\ndata: 1\n\n", [["a", "1", ""]]],
  ["a byte order mark", "\uFEFFevent: a\ndata: 1\n\n", [["a", "1"]]],
  ["no blank line at the end", "event: a\ndata: 1\n", [["a", "1"]]],
  ["no line end at the end", "event: a\ndata: 1", [["a", "1"]]],
  ["a CR at the end", "event: a\ndata: 1\r", [["a", "1"]]],
  ["text beyond ASCII", 'event: é\ndata: "日本🙂"\n\n', [["é", '"日本🙂"']]],
  ["white space between tokens", 'data: { "a" : [ 1 , 2.50 ] }\n\n', [["", '{"a":[1,2.50]}']]],
  ["nothing", "", []],
  ["nothing but a comment", ": hello", []],
];

describe("the framing of events", () => {
  it.each(grammar)("takes %s", async (_, stream, expected) => {
    expect(short(await decodeAll(stream))).toEqual(expected);
  });

  it.each(grammar)("takes %s in any chunks", async (_, stream, expected) => {
    for (let size = 1; size <= 5; size++) {
      expect(short(await decodeAll(stream, {}, size))).toEqual(expected);
    }
  });

  it("begins an event at its name, where that is asked for", async () => {
    const stream =
      "event: a\ndata: 1\nid: 7\nevent: b\nevent: c\n: hello\ndata: 2\n\nid: 8\nevent: d";
    expect(short(await decodeAll(stream, { framing: "lenient", mode: "archive" }))).toEqual([
      ["a", "1", "7"],
      ["b", undefined],
      ["c", "2"],
      ["d", undefined, "8"],
    ]);
  });

  it("begins an event without a name at its data, after an object on one line", async () => {
    const stream =
      'data: {"a":"}"}\nid: 7\ndata: {"b":{}\ndata: }\ndata: {}\n\ndata: {}\n: hello\ndata: [DONE]\ndata: {}\nevent: c\ndata: {}\ndata: 1';
    expect(short(await decodeAll(stream, { framing: "lenient", mode: "archive" }))).toEqual([
      ["", '{"a":"}"}', "7"],
      ["", '{"b":{}\n}\n{}'],
      ["", "{}"],
      ["", "[DONE]\n{}"],
      ["c", "{}\n1"],
    ]);
    expect(await decodeAll(stream, { mode: "archive" })).toHaveLength(2);
  });

  it("begins an event at its identifier, after an event that has one and data", async () => {
    const stream =
      'id: 1\ndata: {"a":1}\nid: 2\ndata: {"a":2}\nid: 3\nevent: b\ndata: 1\nid: 4\nevent: c\ndata: 2\ndata: 3\nid: 5\nid: 6\ndata: [DONE]';
    expect(short(await decodeAll(stream, { framing: "lenient", mode: "archive" }))).toEqual([
      ["", '{"a":1}', "1"],
      ["", '{"a":2}', "2"],
      ["b", "1", "3"],
      ["c", "2\n3", "4"],
      ["", "[DONE]", "6"],
    ]);
  });

  it("gives the event done at the end of the input, with or without data", async () => {
    const [bare, cut] = [await decodeAll("event: done\n"), await decodeAll("event: done")];
    expect(bare).toMatchObject([{ event: { case: "done", value: "" } }]);
    expect(cut).toEqual(bare);
  });

  it("refuses another event whose data the end of the input cuts off", async () => {
    const refusal = await refusalOf(decodeAll("data: 1\n\nevent: thread.run.st"));
    expect(refusal).toMatchObject({
      event: 1,
      violations: [{ code: "not_json", pointer: "/data", found: "the end of the input" }],
    });
    expect(short(await decodeAll("event: thread.run.st", { mode: "archive" }))).toEqual([
      ["thread.run.st", undefined],
    ]);
  });

  it("tells what it skips", async () => {
    const skipped: Skipped[] = [];
    const lines = [
      ": hello",
      ":",
      "retry: 1500",
      "retry: soon",
      "id: 7",
      "",
      "id: a\0b",
      "fruit: apple",
    ];
    const stream = `${lines.join("\n")}\ndata: 1\n{"x":1}\n\n`;
    const events = await decodeAll(stream, { onSkipped: (each) => skipped.push(each) });
    expect(short(events)).toEqual([["", "1"]]);
    expect(skipped).toEqual([
      { kind: "comment", text: "hello" },
      { kind: "comment", text: "" },
      { kind: "retry", milliseconds: 1500 },
      { kind: "field", name: "retry", value: "soon" },
      { kind: "id", id: "7" },
      { kind: "field", name: "id", value: "a\0b" },
      { kind: "field", name: "fruit", value: "apple" },
      { kind: "field", name: '{"x"', value: "1}" },
    ]);
  });

  it("refuses bytes that are not UTF-8, with the number of their event", async () => {
    const bytes = Buffer.concat([Buffer.from('data: 1\n\ndata: "'), Buffer.from([0xc3, 0x28])]);
    for (const mode of ["preserve", "archive"] as const) {
      expect(await refusalOf(decodeAll(bytes, { mode }))).toMatchObject({
        event: 1,
        violations: [{ code: "not_json", expected: expect.stringMatching(/^UTF-8 /) as string }],
      });
    }
  });

  it("refuses them before the size of an event, whichever of its lines has them", async () => {
    for (const lines of [
      ["data: \xff", `data: ${"x".repeat(90)}`],
      ["event: \xff", `data: ${"x".repeat(95)}`],
      [`data: ${"x".repeat(90)}`, "data: \xff"],
    ]) {
      const bytes = Buffer.from(lines.join("\n").concat("\n\n"), "latin1");
      for (const size of [1, 7, 1000]) {
        const refusal = await refusalOf(decodeAll(bytes, { maxEventBytes: 100 }, size));
        expect(refusal.isInvalidUtf8).toBe(true);
      }
    }
  });

  it("issue 11.11: replaces bytes that are not UTF-8, where that is asked for", async () => {
    const bytes = Buffer.from(
      'event: \xff\ndata: "\xc3(\xe2\x82"\n\ndata: "\xc3\xa9"\n\n',
      "latin1",
    );
    for (let size = 1; size <= 5; size++) {
      const events = await decodeAll(bytes, { invalidUtf8: "replace" }, size);
      expect(short(events)).toEqual([
        ["\ufffd", '"\ufffd(\ufffd"'],
        ["", '"é"'],
      ]);
    }
    const refusal = await refusalOf(decodeAll(bytes));
    expect(refusal.message).toContain('invalidUtf8: "replace"');
  });

  it("refuses an unknown way with bytes that are not UTF-8", () => {
    // @ts-expect-error
    expect(() => decodeAll("", { invalidUtf8: "drop" })).toThrow(RangeError);
  });

  it("refuses an unknown framing", () => {
    // @ts-expect-error
    expect(() => decodeAll("", { framing: "loose" })).toThrow(RangeError);
  });
});
