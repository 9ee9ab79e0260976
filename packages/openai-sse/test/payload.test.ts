import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { StreamEventSchema } from "@stepwire/core";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { describe, expect, it } from "vitest";
import { decodeEvents, decodeEventsToBinary, encodeEventFromBinary } from "../src/index.js";
import { chunksOf, collect, decodeAll, encodeAll, refusalOf } from "./streams.js";

async function documentsOf(stream: string, mode?: "strict" | "archive"): Promise<string[]> {
  const events = await decodeAll(stream, { mode });
  return events.map((event) => stringifyOpenAI(StreamEventSchema, event));
}

const delta = '{"id":"step_1","object":"thread.run.step.delta","delta":{}}';

/** Streams with their documents, which come back as they are. */
const faithful: [name: string, stream: string, documents: string[]][] = [
  [
    "a delta",
    `event: thread.run.step.delta\ndata: ${delta}\n\n`,
    [`{"event":"thread.run.step.delta","data":${delta}}`],
  ],
  ["the end", "event: done\ndata: [DONE]\n\n", ['{"event":"done","data":"[DONE]"}']],
  ["the end without a payload", "event: done\n\n", ['{"event":"done"}']],
  ["the end with an empty payload", "event: done\ndata:\n\n", ['{"event":"done","data_text":""}']],
  [
    "the end as a string",
    'event: done\ndata: "[DONE]"\n\n',
    ['{"event":"done","data_text":"\\"[DONE]\\""}'],
  ],
  ["another string at the end", 'event: done\ndata: "x"\n\n', ['{"event":"done","data":"x"}']],
  [
    "the end under another name",
    "event: message\ndata: [DONE]\n\n",
    ['{"event":"message","data_text":"[DONE]"}'],
  ],
  [
    "an error",
    'event: error\ndata: {"error":{"message":"m","type":"t","param":null,"code":null}}\n\n',
    ['{"event":"error","data":{"error":{"message":"m","type":"t","param":null,"code":null}}}'],
  ],
  [
    "an error of bare members",
    'event: error\ndata: {"message":"m","code":500}\n\n',
    ['{"event":"error","data":{"message":"m","code":500}}'],
  ],
  [
    "a foreign event",
    'event: thread.run.paused\ndata: {"n":1.50,"s":"\\u00e9"}\n\n',
    ['{"event":"thread.run.paused","data":{"n":1.50,"s":"\\u00e9"}}'],
  ],
  [
    "an identifier",
    "event: ping\nid: 1-2\ndata: {}\n\n",
    ['{"event":"ping","data":{},"id":"1-2"}'],
  ],
  [
    "an empty identifier",
    "event: ping\nid: \ndata: null\n\n",
    ['{"event":"ping","data":null,"id":""}'],
  ],
  ["an event without data", "event: ping\n\n", ['{"event":"ping"}']],
  ["an event with empty data", "event: ping\ndata:\n\n", ['{"event":"ping","data_text":""}']],
];

/** Events without a name, told apart from those called "message". */
const unnamed: typeof faithful = [
  ["a payload", 'data: {"n":1.50}\n\n', ['{"event":"","data":{"n":1.50}}']],
  ["an identifier", "id: 7\ndata: 1\n\n", ['{"event":"","data":1,"id":"7"}']],
  ["[DONE]", "data: [DONE]\n\n", ['{"event":"","data_text":"[DONE]"}']],
  ["an empty payload", "data:\n\n", ['{"event":"","data_text":""}']],
  ["an empty name alone", "event:\n\n", ['{"event":""}']],
  ["an empty name and an identifier", "event:\nid: 7\n\n", ['{"event":"","id":"7"}']],
  [
    "the name message",
    "event: message\ndata: 1\n\ndata: 2\n\n",
    ['{"event":"message","data":1}', '{"event":"","data":2}'],
  ],
];

describe("payloads", () => {
  it.each([
    ...faithful,
    ...unnamed.map(([name, ...rest]): (typeof faithful)[number] => [
      `issue 11.11: an event without a name: ${name}`,
      ...rest,
    ]),
  ])("keep %s", async (_, stream, documents) => {
    expect(await documentsOf(stream)).toEqual(documents);
    const events = await decodeAll(stream);
    const transported = events.map((event) =>
      fromBinary(StreamEventSchema, toBinary(StreamEventSchema, event)),
    );
    expect(await encodeAll(transported)).toBe(stream);
    const fromDocuments = documents.map((json) => parseOpenAI(StreamEventSchema, json));
    expect(await encodeAll(fromDocuments)).toBe(stream);
    const binaries = await collect(decodeEventsToBinary(StreamEventSchema, chunksOf(stream)));
    const written = binaries.map((binary) =>
      Buffer.from(encodeEventFromBinary(StreamEventSchema, binary)),
    );
    expect(Buffer.concat(written).toString()).toBe(stream);
  });

  const payloads: [name: string, payload: string][] = [
    ["half a document", '{"id":"step_1","obj'],
    ["a document with a brace too many", '{"id":"step_1"}}'],
    ["a text", "Internal Server Error"],
    ["HTML", '<html class="x">'],
    ["white space", " \t "],
    ["a member on top", '1,"id":"forged"'],
    ["a document on top", '{}},{"event":"x","data":{}'],
    ["a payload on top", 'null,"data_text":"forged"'],
    ["a literal on top", "1 2"],
    ["a bracket that does not match", '{"a":1]'],
    ["two members of one name", '{"a":1,"a":2}'],
    ["a lone surrogate in a name", '{"\\ud800":1}'],
    ["a number that JSON does not have", "0x10"],
    ["the end in a line of its own", "[DONE]\n[DONE]"],
    ["leading space and a line break", '  {"a":\n'],
  ];

  const names = ["message", "thread.run.step.delta", "thread.run.created", "done", "error"];

  it.each(payloads)("that are %s are refused, in archives kept", async (_, payload) => {
    for (const name of names) {
      const lines = payload.split("\n").map((line) => (line === "" ? "data:" : `data: ${line}`));
      const stream = `event: ${name}\n${lines.join("\n")}\n\n`;
      const refusal = await refusalOf(decodeAll(`data: 1\n\n${stream}`));
      expect(refusal.event).toBe(1);
      const codes = refusal.violations.map(({ code }) => code);
      expect(codes.join()).toMatch(/not_json|duplicate_member|lone_surrogate/);
      const [event, ...others] = await decodeAll(stream, { mode: "archive" });
      expect(others).toEqual([]);
      expect(event?.dataText).toBe(payload);
      expect(event?.id).toBeUndefined();
      expect(await encodeAll(event === undefined ? [] : [event])).toBe(stream);
    }
  });

  it("are refused with the place in the payload", async () => {
    const [brace, number, type] = await Promise.all(
      ['{"a":1}}', '{"a":01}', '{"id":5}'].map((payload) =>
        refusalOf(decodeAll(`event: thread.run.step.delta\ndata: ${payload}\n\n`)),
      ),
    );
    expect(brace?.violations).toMatchObject([{ code: "not_json", pointer: "/data", offset: 7 }]);
    expect(number?.violations).toMatchObject([{ code: "not_json", pointer: "/data", offset: 6 }]);
    expect(type?.violations).toContainEqual(
      expect.objectContaining({ code: "wrong_type", pointer: "/data/id", offset: 6 }),
    );
    expect(type?.message).toMatch(
      /^event 0 of the stream is refused:\n(?:.*\n)*\/data\/id: wrong_type/,
    );
    expect(type?.cause).toBeInstanceOf(Error);
  });

  it("are refused with the place in code units", async () => {
    const stream = 'event: é🙂\ndata: {"é🙂":1,"a":1,"a":2}\n\n';
    expect((await refusalOf(decodeAll(stream))).violations).toMatchObject([
      { code: "duplicate_member", pointer: "/data/a", offset: '{"é🙂":1,"a":1,'.length },
    ]);
  });

  it("are refused without a place if the violation is not in them", async () => {
    const created = "event: thread.run.created\n\n";
    const [missing, unknown] = await Promise.all([
      refusalOf(decodeAll(created)),
      refusalOf(decodeAll("event: x\ndata: [DONE]\n\n", { mode: "strict" })),
    ]);
    expect(missing?.violations).toMatchObject([{ code: "missing_member", pointer: "/data" }]);
    expect(unknown?.violations).toMatchObject([{ code: "unknown_variant", pointer: "/event" }]);
    for (const { violations } of [missing, unknown]) {
      expect(violations.map(({ offset }) => offset)).toEqual([undefined]);
    }
  });

  it("are no string that ends the stream if other white space is around it", async () => {
    const stream = 'event: done\ndata: \u00a0"[DONE]"\n\n';
    expect((await refusalOf(decodeAll(stream))).violations).toMatchObject([{ code: "not_json" }]);
  });

  it("are checked by the mode", async () => {
    const stream = `event: thread.run.step.delta\ndata: {"id":"step_1","object":"thread.run.step.delta","delta":{},"x":1}\n\n`;
    expect(await documentsOf(stream)).toHaveLength(1);
    expect(await refusalOf(decodeAll(stream, { mode: "strict" }))).toMatchObject({
      violations: [{ code: "unknown_member", pointer: "/data/x" }],
    });
    const missing = 'event: thread.run.step.delta\ndata: {"id":"step_1"}\n\n';
    expect((await refusalOf(decodeAll(missing))).violations).toHaveLength(2);
    expect(await documentsOf(missing, "archive")).toHaveLength(1);
  });

  it("deliver what came before the one that is refused", async () => {
    const delivered: (string | undefined)[] = [];
    const stream = "data: 1\n\ndata: 2\n\ndata: {\n\ndata: 3\n\n";
    const read = async (): Promise<void> => {
      for await (const { event } of decodeEvents(StreamEventSchema, new Blob([stream]).stream())) {
        delivered.push(event.case === "other" ? event.value.data : undefined);
      }
    };
    expect(await refusalOf(read())).toMatchObject({ event: 2 });
    expect(delivered).toEqual(["1", "2"]);
  });
});
