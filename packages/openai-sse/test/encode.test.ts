import { create, toBinary } from "@bufbuild/protobuf";
import { JsonResidueSchema, StreamEventSchema } from "@stepwire/core";
import { parseOpenAI } from "@stepwire/openai-json";
import { describe, expect, it } from "vitest";
import {
  EventStreamError,
  encodeEvent,
  encodeEventFromBinary,
  encodeEvents,
} from "../src/index.js";
import { collect, refusalOf } from "./streams.js";

const refused: [name: string, json: string, pointer: string][] = [
  ["a line break in the name", '{"event":"a\\nb","data":1}', "/event"],
  ["a name that is no string", '{"event":5,"data":1}', "/event"],
  ["no name", '{"data":1}', "/event"],
  ["a lone surrogate in the name", '{"event":"\\ud800","data":1}', "/event"],
  ["a line break in the identifier", '{"event":"a","data":1,"id":"x\\ry"}', "/id"],
  ["a NUL in the identifier", '{"event":"a","data":1,"id":"x\\u0000"}', "/id"],
  ["an identifier that is no string", '{"event":"a","data":1,"id":5}', "/id"],
  ["two payloads", '{"event":"a","data":1,"data_text":"x"}', "/data_text"],
  ["a carriage return in a text", '{"event":"a","data_text":"x\\ry"}', "/data_text"],
  ["another member", '{"event":"a","data":1,"fruit":"apple"}', "/fruit"],
];

describe("writing an event", () => {
  it.each(refused)("refuses %s", (_, json, pointer) => {
    const event = parseOpenAI(StreamEventSchema, json, { mode: "archive" });
    const binary = toBinary(StreamEventSchema, event);
    for (const encode of [
      () => encodeEvent(StreamEventSchema, event),
      () => encodeEventFromBinary(StreamEventSchema, binary),
    ]) {
      expect(encode).toThrow(EventStreamError);
      expect(encode).toThrow(
        expect.objectContaining({
          event: 0,
          violations: [expect.objectContaining({ code: "not_representable", pointer })],
        }),
      );
    }
  });

  it("refuses bytes that are no message", () => {
    const binary = Uint8Array.of(0x0a, 0x7f);
    expect(() => encodeEventFromBinary(StreamEventSchema, binary)).toThrow(
      expect.objectContaining({
        event: 0,
        violations: [expect.objectContaining({ code: "malformed_binary" })],
      }),
    );
  });

  it("refuses a lone surrogate that only a message in JavaScript can have", () => {
    const event = create(StreamEventSchema, {
      event: { case: "other", value: { event: "a\ud800", data: "1" } },
    });
    expect(() => encodeEvent(StreamEventSchema, event)).toThrow(EventStreamError);
  });

  it("refuses what has no JSON form, with the number of the event", async () => {
    const good = create(StreamEventSchema, { event: { case: "done", value: "[DONE]" } });
    const bad = create(StreamEventSchema, {
      event: { case: "other", value: { event: "a", data: "{" } },
    });
    const refusal = await refusalOf(collect(encodeEvents(StreamEventSchema, [good, good, bad])));
    expect(refusal).toMatchObject({ event: 2, violations: [{ code: "invalid_residue" }] });
  });

  it("writes what an archive keeps of a payload of another type", () => {
    const json = '{"event":"thread.run.step.delta","data":[1,"x\\ud800"]}';
    const event = parseOpenAI(StreamEventSchema, json, { mode: "archive" });
    expect(Buffer.from(encodeEvent(StreamEventSchema, event)).toString()).toBe(
      'event: thread.run.step.delta\ndata: [1,"x\\ud800"]\n\n',
    );
  });

  it("passes the depth on", () => {
    const event = parseOpenAI(StreamEventSchema, '{"event":"a","data":[[1]]}');
    expect(() => encodeEvent(StreamEventSchema, event, { maxDepth: 1 })).toThrow(EventStreamError);
    expect(encodeEvent(StreamEventSchema, event, { maxDepth: 2 })).toHaveLength(
      "event: a\ndata: [[1]]\n\n".length,
    );
  });

  it("leaves out unknown fields of a residue that says nothing", () => {
    const event = create(StreamEventSchema, {
      event: { case: "done", value: "[DONE]" },
      jsonResidue: create(JsonResidueSchema),
    });
    expect(Buffer.from(encodeEvent(StreamEventSchema, event)).toString()).toBe(
      "event: done\ndata: [DONE]\n\n",
    );
  });
});
