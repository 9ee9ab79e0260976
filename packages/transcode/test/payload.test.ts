import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { OtherEventSchema, StreamEventSchema } from "@stepwire/core";
import { splitJsonObject } from "@stepwire/json/internal";
import { DocumentGenerator, printedSeed } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { createTranscoder, type Transcoder } from "../src/index.js";

const seed = printedSeed();
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const { other, runStepCreated } = StreamEventSchema.field;

/** The arms by the value of their tag. */
const armOf = new Map([
  ["thread.run.step.created", 1],
  ["thread.run.step.in_progress", 2],
  ["thread.run.step.delta", 3],
  ["thread.run.step.completed", 4],
  ["done", 8],
  ["error", 9],
]);

function attempt(convert: () => Uint8Array): Uint8Array | undefined {
  try {
    return convert();
  } catch {
    return undefined;
  }
}

/** Returns an event with an unknown name: the record of its text, after the name. */
function otherEvent(event: string, text: Uint8Array): Uint8Array {
  const reader = new BinaryReader(text);
  reader.tag();
  const value = create(OtherEventSchema, { event, data: reader.string() });
  return toBinary(
    StreamEventSchema,
    create(StreamEventSchema, { event: { case: "other", value } }),
  );
}

/** Returns the value of the first record. */
function payloadOf(binary: Uint8Array): Uint8Array {
  const reader = new BinaryReader(binary);
  reader.tag();
  return reader.bytes();
}

function expectSame(transcoder: Transcoder, name: string, payload: string): boolean {
  const arm = armOf.get(name);
  const context = `${name} ${payload}`;
  const converted = transcoder.payloadToBinary(arm ?? other.number, encoder.encode(payload));
  if (converted === undefined) {
    return false;
  }
  const document = encoder.encode(`{"event":${JSON.stringify(name)},"data":${payload}}`);
  const whole = attempt(() => transcoder.toBinary(document));
  const event = arm === undefined ? otherEvent(name, converted) : converted;
  expect(Buffer.from(event).toString("hex"), context).toBe(
    Buffer.from(whole ?? []).toString("hex"),
  );
  const value = arm === undefined ? payloadOf(valueText(event)) : payloadOf(event);
  const back = transcoder.payloadToJson(arm ?? other.number, value);
  const json = attempt(() => transcoder.toJson(event));
  if (back !== undefined) {
    const text = `{"event":${JSON.stringify(name)},"data":${decoder.decode(back)}}`;
    expect(text, context).toBe(json && decoder.decode(json));
  }
  return back !== undefined;
}

/** Returns the records after the name in the arm for unknown events. */
function valueText(event: Uint8Array): Uint8Array {
  const inner = payloadOf(event);
  const reader = new BinaryReader(inner);
  reader.tag();
  reader.bytes();
  return inner.subarray(reader.pos);
}

describe("the payload of an arm", () => {
  it.each(["strict", "preserve", "archive"] as const)(
    "comes to what its object comes to, in mode %s",
    (mode) => {
      const generator = new DocumentGenerator(StreamEventSchema);
      let converted = 0;
      for (const maxDepth of [100, 5, 3, 2]) {
        const transcoder = createTranscoder(StreamEventSchema, { mode, maxDepth });
        for (let round = 0; round < 400; round++) {
          const { text } = generator.generate(seed + round);
          const payload = splitJsonObject(text)?.get("data");
          for (const name of payload === undefined ? [] : [...armOf.keys(), "letter.created"]) {
            converted += expectSame(transcoder, name, payload ?? "") ? 1 : 0;
          }
        }
        expect(transcoder.fallbacks).toBe(0);
      }
      expect(converted).toBeGreaterThan(50);
    },
  );

  const transcoder = createTranscoder(StreamEventSchema, { mode: "archive" });

  it.each([
    ["nothing", ""],
    ["white space", " \n "],
    ["text behind the value", "{}}"],
    ["a member behind the value", '{},"id":"forged"'],
    ["no JSON", "[DONE]"],
    ["bytes that are not UTF-8", "\u00ff"],
    ["duplicate members", '{"a":1,"a":2}'],
    ["half a value", '{"a":'],
  ])("is refused if it is %s", (_, payload) => {
    const bytes = payload === "\u00ff" ? Uint8Array.of(0x22, 0xff, 0x22) : encoder.encode(payload);
    for (const arm of [runStepCreated.number, other.number]) {
      expect(transcoder.payloadToBinary(arm, bytes)).toBeUndefined();
    }
  });

  it("is refused if it is deep, or null, or of an arm that does not exist", () => {
    const deep = encoder.encode(`${"[".repeat(60)}${"]".repeat(60)}`);
    expect(transcoder.payloadToBinary(runStepCreated.number, encoder.encode("null"))).toBe(
      undefined,
    );
    expect(transcoder.payloadToBinary(other.number, deep)).toBeDefined();
    const nested = encoder.encode(`{"error":{"code":${decoder.decode(deep)}}}`);
    expect(transcoder.payloadToBinary(9, nested)).toBeUndefined();
    for (const arm of [0, StreamEventSchema.field.id.number, 1000, 2047, 99_999]) {
      expect(transcoder.payloadToBinary(arm, encoder.encode("{}"))).toBeUndefined();
      expect(transcoder.payloadToJson(arm, new Uint8Array())).toBeUndefined();
    }
  });

  it("in binary is refused if it is malformed, or has a record twice", () => {
    for (const hex of ["ff", "0a01ff", "0a0161", "0a01610a0162"]) {
      const binary = Buffer.from(hex, "hex");
      const record = Uint8Array.of(0x0a, binary.length, ...binary);
      const back = transcoder.payloadToJson(1, binary);
      const whole = attempt(() => transcoder.toJson(record));
      expect(back === undefined || whole !== undefined, hex).toBe(true);
    }
    expect(transcoder.payloadToJson(other.number, encoder.encode("{"))).toBeUndefined();
    expect(transcoder.payloadToJson(other.number, Uint8Array.of(0x22, 0xff, 0x22))).toBe(undefined);
  });

  it("is bounded by maxBytes", () => {
    const bounded = createTranscoder(StreamEventSchema, { maxBytes: 4 });
    expect(bounded.payloadToBinary(other.number, encoder.encode("1234"))).toBeDefined();
    expect(bounded.payloadToBinary(other.number, encoder.encode("12345"))).toBeUndefined();
    expect(bounded.payloadToJson(other.number, encoder.encode("12345"))).toBeUndefined();
  });
});
