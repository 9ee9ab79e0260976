import { create } from "@bufbuild/protobuf";
import { OtherEventSchema, StreamEventSchema } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import {
  StreamFailure,
  StreamFormatError,
  StreamReader,
  type StreamReadOptions,
  StreamWriter,
} from "../../src/index.js";
import { event, hex, messageDelta, read, run, stepDelta, write } from "./events.js";

const bytes = (text: string): Uint8Array => Buffer.from(text.replaceAll(" ", ""), "hex");
/** Version 1, starting at event 1. */
const HEADER = "89 53 57 01 01";

const events = [
  run("runCreated"),
  run("runQueued"),
  run("runInProgress", { status: 2, startedAt: 1_700_000_001n }),
  messageDelta("Hello"),
  messageDelta(" world"),
  messageDelta("!"),
  messageDelta("x".repeat(300)),
  messageDelta(""),
  stepDelta("{"),
  messageDelta("y", "msg_2"),
  event({ case: undefined }),
  stepDelta("}"),
  event({ case: "other", value: create(OtherEventSchema, { event: "acme" }) }),
  stepDelta("a", "step_2"),
  run("runCompleted", { instructions: "x".repeat(5_000) }),
  event({ case: "done", value: "" }, "id-1"),
];

describe("a stream", () => {
  it.each([1, 2, 3, 7, 64, 100_000])("comes back equal in chunks of %i bytes", (size) => {
    const stream = write([events.slice(0, 3), [], events.slice(3)]);
    const restored = read(stream, size);
    expect(hex(restored)).toEqual(hex(events));
    expect(restored.map(({ number }) => number)).toEqual(events.map((_, index) => index + 1));
  });

  it("does not repeat what the previous payload of the same type has", () => {
    const size = (...all: Uint8Array[]): number => write([all]).length - write([]).length;
    const [created, queued] = [run("runCreated"), run("runQueued")];
    expect(size(created, queued) - size(created)).toBeLessThan(10);
    const [one, two, three] = ["a", "b", "c"].map((text) => messageDelta(text)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    expect(size(one, two, three) - size(one, two)).toBe(2);
    expect(size(one, two, three, two) - size(one, two, three)).toBe(1);
  });

  it("does not repeat a text that came in parts", () => {
    const words = Array.from({ length: 200 }, (_, index) => ` word${index}`);
    const parts = words.map((word) => messageDelta(word));
    const completed = run("runCompleted", { instructions: words.join("") });
    const size = (...all: Uint8Array[]): number => write([all]).length;
    expect(size(...parts, completed) - size(...parts)).toBeLessThan(100);
    expect(hex(read(write([[...parts, completed, completed]])))).toEqual(
      hex([...parts, completed, completed]),
    );
  });

  it("copies from the last 16 KiB only", () => {
    const text = (seed: number): string =>
      Array.from({ length: 1_000 }, (_, at) => ((at + seed * 1_000) ** 2 * 7_919) % 99_991).join();
    const texts = [0, 1, 2, 3, 4, 4, 0].map((seed) => messageDelta(text(seed)));
    const sizes = texts.map((_, at) => write([texts.slice(0, at + 1)]).length);
    const last = (at: number): number => (sizes[at] ?? 0) - (sizes[at - 1] ?? 0);
    expect(last(5)).toBeLessThan(30);
    expect(last(6)).toBeGreaterThan(5_000);
    expect(hex(read(write([texts]), 1_000))).toEqual(hex(texts));
  });

  it("tells an absent field from an equal one", () => {
    const before = run("runCreated", { startedAt: 5n, model: "" });
    const after = run("runCreated", { model: "" });
    const all = [before, after, after, before];
    expect(hex(read(write([all])))).toEqual(hex(all));
  });

  it("starts again without a previous payload for a reader that resumes", () => {
    const resumed = write([events.slice(5)], 6);
    const restored = read(resumed, 5, { firstNumber: 6 });
    expect(hex(restored)).toEqual(hex(events.slice(5)));
    expect(restored[0]?.number).toBe(6);
  });

  it("gives the number of events after a gap", () => {
    const writer = new StreamWriter(StreamEventSchema, { firstNumber: 0 });
    const stream = Buffer.concat([
      writer.write(events.slice(0, 2)),
      writer.alive(),
      writer.write(events.slice(2, 3), 1_000_000_000_000),
      writer.write([], 1_000_000_000_001),
      writer.end(),
    ]);
    expect(read(stream, 1).map(({ number }) => number)).toEqual([0, 1, 1_000_000_000_000]);
    expect(writer.nextNumber).toBe(1_000_000_000_001);
  });

  it.each([
    ["fields in another order", "08 02 0a 01 61"],
    ["a group", "0a 01 61 13 14"],
    ["a size with an unnecessary byte", "0a 81 00 61"],
    ["a number of more than 64 bits", "08 ff ff ff ff ff ff ff ff ff 02"],
    ["a field without a number", "00 01"],
    ["a field number of more than 29 bits", "80 80 80 80 10 01"],
    ["a malformed field", "0a 05 61"],
    [
      "more than 48 fields",
      Array.from({ length: 49 }, (_, i) =>
        Buffer.from([
          ...(i < 15 ? [(i + 1) * 8] : [(((i + 1) * 8) & 0x7f) | 0x80, (i + 1) >> 4]),
          1,
        ]).toString("hex"),
      ).join(""),
    ],
  ])("keeps the bytes of a payload with %s", (_, payload) => {
    const content = bytes(payload);
    const whole = Buffer.concat([bytes("6a"), Buffer.from([content.length]), content]);
    const all = [messageDelta("a"), whole, whole, messageDelta("b")];
    expect(hex(read(write([all])))).toEqual(hex(all));
  });

  it.each([
    ["bytes that are not a message", "ff ff ff"],
    ["a payload whose size has an unnecessary byte", "6a 83 00 0a 01 61"],
    ["a payload whose tag has an unnecessary byte", "ea 00 03 0a 01 61"],
    ["two payloads", "6a 03 0a 01 61 6a 03 0a 01 61"],
    ["an identifier before a payload", "5a 01 31 6a 03 0a 01 61"],
    ["an identifier after a payload", "0a 03 0a 01 61 5a 01 31"],
  ])("keeps an event with %s", (_, text) => {
    const all = [bytes(text), bytes(text), messageDelta("b"), bytes(text)];
    expect(hex(read(write([all])))).toEqual(hex(all));
  });

  it("does not remember a payload that exceeds the state", () => {
    const large = run("runCreated", { instructions: "x".repeat(20_000) });
    const writer = new StreamWriter(StreamEventSchema, { maxStateBytes: 1_000 });
    const all = [large, messageDelta("a"), large, messageDelta("b")];
    const stream = Buffer.concat([writer.write(all), writer.end()]);
    expect(hex(read(stream, 10, { maxStateBytes: 1_000 }))).toEqual(hex(all));
    expect(stream.length).toBeGreaterThan(40_000);
  });

  it("reports the failure of its writer", () => {
    const writer = new StreamWriter(StreamEventSchema);
    const stream = Buffer.concat([writer.write(events.slice(0, 1)), writer.fail(bytes("01 02"))]);
    const reader = new StreamReader();
    reader.push(stream);
    expect(reader.nextBlock()).toHaveLength(1);
    const failure = reasonOf(() => reader.nextBlock());
    expect(failure).toBeInstanceOf(StreamFailure);
    expect(failure).toMatchObject({ detail: Uint8Array.of(1, 2) });
    expect(() => reader.finish()).toThrow(StreamFailure);
  });
});

describe("StreamWriter", () => {
  it("refuses numbers that go back, and writing after the end", () => {
    expect(() => new StreamWriter(StreamEventSchema, { firstNumber: -1 })).toThrow(RangeError);
    const writer = new StreamWriter(StreamEventSchema, { firstNumber: 5 });
    expect(() => writer.write([], 4)).toThrow("it must be at least 5");
    writer.end();
    expect(() => writer.write([])).toThrow("the stream has ended");
  });
});

describe("StreamReader", () => {
  it.each<[string, string, StreamFormatError["code"], number, number, StreamReadOptions?]>([
    ["JSON", "7b 22 61 22", "bad_magic", 0, 0],
    ["gzip", "1f 8b 08 00", "bad_magic", 0, 0],
    ["a newer version", "89 53 57 02", "newer_version", 0, 0],
    ["version 0", "89 53 57 00 01", "malformed", 0, 0],
    ["no input", "", "cut_off", 0, 0],
    ["a part of the header", "89 53", "cut_off", 0, 0],
    ["no end mark", HEADER, "cut_off", 5, 1],
    ["a part of an event", `${HEADER} 0c 08 01 10 09`, "cut_off", 8, 2],
    ["a part of a shape", `${HEADER} 0a 1a 00`, "cut_off", 5, 1],
    ["bytes after the end mark", `${HEADER} 00 00 00`, "trailing_bytes", 7, 1],
    ["an unknown control record", `${HEADER} 00 09`, "malformed", 5, 1],
    ["a text without a value", `${HEADER} 01`, "malformed", 5, 1],
    ["a head without a size", `${HEADER} 02 00`, "malformed", 5, 1],
    ["a number that is too long", `${HEADER} ff ff ff ff ff ff ff ff 01`, "malformed", 5, 1],
    ["a number above 2^53", `89 53 57 01 ff ff ff ff ff ff ff 7f`, "malformed", 0, 0],
    ["numbers out of order", `${HEADER} 0c 08 01 00 01 01`, "number_order", 8, 2],
    ["a first number that is too small", HEADER, "number_order", 0, 2, { firstNumber: 2 }],
    ["a mask without a payload", `${HEADER} 16 1a 08 6a 02 12 00`, "missing_reference", 5, 1],
    ["a value without a payload", `${HEADER} 0a 1a 09 00 61`, "missing_reference", 5, 1],
    [
      "a field that the payload does not have",
      `${HEADER} 1a 1a 00 6a 03 0a 01 61 1a 1a 10 6a 03 12 01 61`,
      "missing_reference",
      13,
      2,
    ],
    [
      "a value in a number",
      `${HEADER} 16 1a 00 6a 02 08 01 0a 1a 09 00 61`,
      "missing_reference",
      12,
      2,
    ],
    ["an event without the payload", `${HEADER} 0e 1a 00 08 01`, "malformed", 5, 1],
    [
      "a field that is kept and written",
      `${HEADER} 1a 1a 00 6a 03 0a 01 61 1a 1a 00 6a 03 0a 01 62`,
      "malformed",
      13,
      2,
    ],
    ["no values", `${HEADER} 0a 1a 01 61`, "malformed", 5, 1],
    ["too many values", `${HEADER} 0a 1a 49`, "malformed", 5, 1],
    ["an unknown kind of shape", `${HEADER} 0a 1a 03`, "malformed", 5, 1],
    ["a copy of nothing", `${HEADER} 0e 01 01 00 01 01 6a 00`, "missing_reference", 5, 1],
    ["too many copies", `${HEADER} 0e 01 81 02`, "malformed", 5, 1],
    ["a mask that is too large", `${HEADER} 0a 1a 80 80 80 80 80 80 80 04`, "malformed", 5, 1],
    ["a field number that is too large", `${HEADER} 0a 80 80 80 80 04 00`, "malformed", 5, 1],
    ["an event that is too large", `${HEADER} ac 1f`, "too_large", 5, 1, { maxEventBytes: 1000 }],
    [
      "a failure that is too large",
      `${HEADER} 00 03 ea 0f`,
      "too_large",
      5,
      1,
      { maxEventBytes: 1000 },
    ],
    [
      "payloads that are too large together",
      `${HEADER} 1a 1a 00 6a 03 0a 01 61 1a 1c 00 72 03 0a 01 61`,
      "state_too_large",
      13,
      2,
      { maxStateBytes: 100 },
    ],
  ])("refuses %s", (_, text, code, offset, number, options = {}) => {
    const stream = bytes(text);
    for (const size of [1, 1000]) {
      const error = reasonOf(() => read(stream, size, options));
      expect(error).toBeInstanceOf(StreamFormatError);
      expect(error).toMatchObject({ code, offset, event: number });
    }
  });

  it("refuses events that become too large together", () => {
    const large = run("runCreated", { instructions: "x".repeat(50_000) });
    const stream = write([Array.from({ length: 1_000 }, () => large)]);
    expect(read(stream)).toHaveLength(1_000);
    const error = reasonOf(() => read(stream, 100, { maxExpansion: 10, maxBlockBytes: 100_000 }));
    expect(error).toMatchObject({ code: "expands_too_much" });
  });

  it("returns blocks of a limited size", () => {
    const large = run("runCreated", { instructions: "x".repeat(10_000) });
    const reader = new StreamReader({ maxBlockBytes: 25_000 });
    reader.push(write([[large, large, large, large, large]]));
    expect(reader.nextBlock()).toHaveLength(3);
    expect(reader.nextBlock()).toHaveLength(2);
    expect(reader.nextBlock()).toHaveLength(0);
    reader.finish();
  });

  it("throws the same error again, and names what it found", () => {
    const reader = new StreamReader();
    reader.push(bytes("28 b5 2f fd 00"));
    const error = reasonOf(() => reader.next());
    expect(String(error)).toContain(
      "expected the bytes 89 53 57, found 28 b5 2f fd, which is zstd",
    );
    expect(reasonOf(() => reader.push(bytes("00")))).toBe(error);
    expect(reasonOf(() => reader.finish())).toBe(error);
  });
});

function reasonOf(run: () => unknown): unknown {
  try {
    run();
  } catch (reason) {
    return reason;
  }
  return undefined;
}
