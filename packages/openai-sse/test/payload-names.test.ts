import { type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { MappingError } from "@stepwire/mapping";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { buildSchemas } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import {
  decodeEvents,
  type EventDecodeOptions,
  EventStreamError,
  encodeEvent,
  encodeEventFromBinary,
  isEventMessage,
} from "../src/index.js";
import { countDocuments } from "../src/internal.js";
import { eventMessage, payloads } from "./named-events.js";
import { chunksOf, decode, expectStream, refusalOf } from "./streams.js";

const wrong = {
  WrongString: `optional string unnamed = 8 [(sse).named_by = "type"];`,
  WrongRequired: `bool unnamed = 8 [(sse).named_by = "type"];`,
  WrongTwo: `optional bool one = 8 [(sse).named_by = "type"]; optional bool two = 9 [(sse).named_by = "type"];`,
  WrongPart: `optional bool unnamed = 8 [(sse) = { named_by: "type" id: true }];`,
};

const registry = buildSchemas({
  acme: `
${payloads}
  ${eventMessage("Low", `optional bool unnamed = 1 [(sse).named_by = "type"];`)}
  ${eventMessage("High", `optional bool unnamed = 900 [(sse).named_by = "type"];`)}
  ${eventMessage(
    "Renamed",
    `optional bool no_line = 8 [(sse).named_by = "a\\"b", (field).name = "no line"];`,
  )}
  ${Object.entries(wrong)
    .map(([name, field]) => eventMessage(name, field))
    .join("\n")}
`,
});

function messages(name: string): DescMessage {
  return registry.getMessage(`acme.${name}`) ?? expect.unreachable(name);
}

/** Returns the documents of the events of a stream. */
async function documentsOf(
  schema: DescMessage,
  stream: string,
  options?: EventDecodeOptions,
): Promise<string[]> {
  const events = await decode(schema, stream, options);
  return events.map((binary) => stringifyOpenAI(schema, fromBinary(schema, binary)));
}

const made = '{"type":"thing.made","id":"1"}';

describe.each(["Low", "High"])("an event without a line `event:` (%s)", (name) => {
  const schema = messages(name);

  it("gets its name from its payload, without a document in between", async () => {
    const before = countDocuments(schema);
    await expectStream(
      schema,
      [
        `data: ${made}\n\n`,
        `id: 4-2\ndata: ${made}\n\n`,
        'data: {"type":"thing.changed","id":"2","inner":{"type":"thing.made"}}\n\n',
        'data: {"type":"thing.sold","price":[1.0]}\n\n',
        'id: 5\ndata: {"price":{"type":"x","y":[]},"type":"thing.sold"}\n\n',
        `event: thing.made\ndata: ${made}\n\n`,
        `event: thing.made\nid: 6\ndata: ${made}\n\n`,
        'event: thing.changed\ndata: {"type":"thing.made"}\n\n',
        `event: thing.sold\ndata: ${made}\n\n`,
      ].join(""),
      [
        `{"event":"thing.made","data":${made},"unnamed":true}`,
        `{"event":"thing.made","data":${made},"id":"4-2","unnamed":true}`,
        '{"event":"thing.changed","data":{"type":"thing.changed","id":"2","inner":{"type":"thing.made"}},"unnamed":true}',
        '{"event":"thing.sold","data":{"type":"thing.sold","price":[1.0]},"unnamed":true}',
        '{"event":"thing.sold","data":{"price":{"type":"x","y":[]},"type":"thing.sold"},"id":"5","unnamed":true}',
        `{"event":"thing.made","data":${made}}`,
        `{"event":"thing.made","data":${made},"id":"6"}`,
        '{"event":"thing.changed","data":{"type":"thing.made"}}',
        `{"event":"thing.sold","data":${made}}`,
      ].map((json) => orderAs(schema, json)),
    );
    expect(countDocuments(schema)).toBe(before);
  });

  it("has an empty name if its payload gives none", async () => {
    const payloads = [
      "{}",
      '{"id":"1"}',
      '{"type":1}',
      '{"type":null}',
      '{"type":""}',
      '{"type":"\\ud83d"}',
      '{"data":{"type":"thing.made"}}',
      '[{"type":"thing.made"}]',
      '"type"',
    ];
    await expectStream(
      schema,
      payloads.map((payload) => `data: ${payload}\n\n`).join(""),
      payloads.map((payload) => `{"event":"","data":${payload}}`),
    );
  });

  it("may have a name that fits into no line", async () => {
    await expectStream(
      schema,
      'data: {"type":"a\\nb"}\n\ndata: {"type":"é"}\n\nid: é\ndata: {"type":"thing.made"}\n\n',
      [
        '{"event":"a\\nb","data":{"type":"a\\nb"},"unnamed":true}',
        '{"event":"é","data":{"type":"é"},"unnamed":true}',
        '{"event":"thing.made","data":{"type":"thing.made"},"id":"é","unnamed":true}',
      ].map((json) => orderAs(schema, json)),
    );
  });

  it("keeps its payload as text, without a name, if that is not JSON", async () => {
    await expectStream(
      schema,
      [
        "data: [DONE]\n\n",
        'data: {"type":"thing.made",}\n\n',
        'data: {"type":"thing.made"} x\n\n',
        'data: {"type":"thing.made","type":"thing.made"}\n\n',
        'data: {"type":"thing.sold","a":1,"a":1}\n\n',
        "data:\n\n",
      ].join(""),
      [
        '{"event":"[DONE]","data":"[DONE]"}',
        '{"event":"","data_text":"{\\"type\\":\\"thing.made\\",}"}',
        '{"event":"","data_text":"{\\"type\\":\\"thing.made\\"} x"}',
        '{"event":"","data_text":"{\\"type\\":\\"thing.made\\",\\"type\\":\\"thing.made\\"}"}',
        '{"event":"","data_text":"{\\"type\\":\\"thing.sold\\",\\"a\\":1,\\"a\\":1}"}',
        '{"event":"","data_text":""}',
      ],
    );
    for (const payload of ['{"type":"thing.made",}', '{"type":"thing.made","type":"x"}']) {
      expect(await refusalOf(decode(schema, `data: ${payload}\n\n`))).toMatchObject({
        violations: [{ pointer: expect.stringMatching(/^\/data/) as string }],
      });
    }
  });

  it("is found with escapes, white space and an empty line `event:`", async () => {
    for (const stream of [
      'data: { "id" : "1", "\\u0074ype" : "thing\\u002emade" }\n\n',
      'data: {"id":"1",\ndata: "type":"thing.made"}\n\n',
      `event:\ndata: ${made}\n\n`,
    ]) {
      const document = orderAs(schema, `{"event":"thing.made","data":${made},"unnamed":true}`);
      expect(await documentsOf(schema, stream)).toEqual([document]);
    }
  });

  it("has errors that point into its document", async () => {
    const stream = `data: ${made}\n\ndata: {"type":"thing.made","id":1}\n\n`;
    expect(await refusalOf(decode(schema, stream))).toMatchObject({
      event: 1,
      violations: [{ code: "wrong_type", pointer: "/data/id", offset: 26 }],
    });
    expect(await documentsOf(schema, `data: ${made}\n\n`, { mode: "strict" })).toHaveLength(1);
    const unknown = decode(schema, 'data: {"type":"thing.sold"}\n\n', { mode: "strict" });
    expect(await refusalOf(unknown)).toMatchObject({
      violations: [{ code: "unknown_variant", pointer: "/event" }],
    });
  });

  it.each([
    `{"event":"thing.changed","data":${made},"unnamed":true}`,
    `{"event":"thing.sold","data":${made},"unnamed":true}`,
    '{"event":"thing.sold","data":{"type":1},"unnamed":true}',
    '{"event":"thing.sold","data":[],"unnamed":true}',
    '{"event":"","data":{"type":""},"unnamed":true}',
    '{"event":"thing.made","unnamed":true}',
    '{"event":"thing.made","data_text":"{\\"type\\":\\"thing.made\\"}","unnamed":true}',
    `{"event":"thing.made","data":${made},"unnamed":1}`,
  ])("cannot be written if its payload does not name it: %s", (json) => {
    const message = parseOpenAI(schema, json, { mode: "archive" });
    const violations = [{ code: "not_representable", pointer: "/unnamed" }];
    const refusal = expect.objectContaining({
      violations: violations.map((violation) => expect.objectContaining(violation) as object),
    }) as EventStreamError;
    expect(() => encodeEvent(schema, message)).toThrow(EventStreamError);
    expect(() => encodeEvent(schema, message)).toThrow(refusal);
    expect(() => encodeEventFromBinary(schema, toBinary(schema, message))).toThrow(refusal);
  });

  it("is written as it was if nothing is recorded", () => {
    for (const [json, text] of [
      [`{"event":"","data":${made}}`, `data: ${made}\n\n`],
      [
        `{"event":"thing.made","data":${made},"unnamed":false}`,
        `event: thing.made\ndata: ${made}\n\n`,
      ],
      [
        `{"event":"thing.made","data":${made},"unnamed":null}`,
        `event: thing.made\ndata: ${made}\n\n`,
      ],
    ] as const) {
      const message = parseOpenAI(schema, json, { mode: "archive" });
      expect(Buffer.from(encodeEvent(schema, message)).toString()).toBe(text);
      const binary = toBinary(schema, message);
      expect(Buffer.from(encodeEventFromBinary(schema, binary)).toString()).toBe(text);
    }
  });
});

/** Returns a document with its members in the order of the schema. */
function orderAs(schema: DescMessage, json: string): string {
  return stringifyOpenAI(schema, parseOpenAI(schema, json, { mode: "archive" }));
}

describe("the option `named_by`", () => {
  it("may name any member, and its field may have any name", async () => {
    const payload = '{"a\\"b":"thing.made","type":"x"}';
    expect(await documentsOf(messages("Renamed"), `data: ${payload}\n\n`)).toEqual([
      '{"event":"thing.made","data":{"type":"x","a\\"b":"thing.made"},"no line":true}',
    ]);
  });

  it.each(Object.keys(wrong))("is refused in the wrong place (%s)", (name) => {
    expect(() => decodeEvents(messages(name), chunksOf(""))).toThrow(MappingError);
    expect(() => decodeEvents(messages(name), chunksOf(""))).toThrow(/`named_by` is /);
    expect(isEventMessage(messages(name))).toBe(false);
  });
});
