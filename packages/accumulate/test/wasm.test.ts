import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type RunStep, RunStepSchema, type StreamEvent, StreamEventSchema } from "@stepwire/core";
import { AccumulationCode } from "@stepwire/mapping/stepwire/json/v1/accumulation_pb.js";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { printedSeed, Random, WasmAccumulator } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { compileAccumulationPlan } from "../src/index.js";
import { schemaOf } from "./response-schema.js";

const STREAM = StreamEventSchema.typeName;
const STEP = RunStepSchema.typeName;
const RESIDUE = RunStepSchema.field.jsonResidue.number;

function accumulator(): WasmAccumulator {
  const wasm = new WasmAccumulator();
  expect(wasm.select(STREAM)).toBe(true);
  return wasm;
}

function binary(event: object): Uint8Array {
  return toBinary(
    StreamEventSchema,
    parseOpenAI(StreamEventSchema, JSON.stringify(event), { mode: "archive" }),
  );
}

const createdStep = (members: object): Uint8Array =>
  binary({ event: "thread.run.step.created", data: { id: "step_1", ...members } });

const delta = (members: object, id = "step_1"): Uint8Array =>
  binary({ event: "thread.run.step.delta", data: { id, delta: members } });

function jsonOf(wasm: WasmAccumulator, number: number): string {
  return stringifyOpenAI(RunStepSchema, fromBinary(RunStepSchema, wasm.snapshot(number)));
}

describe("stepwire-accumulate.wasm", () => {
  it("has the exports that its description says", () => {
    const wasm = new WasmAccumulator();
    const page = join(import.meta.dirname, "../../../docs/accumulate-abi.md");
    const section = readFileSync(page, "utf8").split("## A call")[0] ?? "";
    const described = [...section.matchAll(/^\| `(\w+)/gm)].map(([, name]) => name);
    expect(wasm.exportNames).toEqual(described.sort());
    expect(wasm.version).toBe(1);
  });

  it("has the codes that its description says", () => {
    const page = readFileSync(join(import.meta.dirname, "../../../docs/accumulate-abi.md"), "utf8");
    const codes = [...page.matchAll(/(\d+) \| `([a-z_]+)`/g)].map(([, code, name]) => [name, code]);
    const expected = Object.entries(AccumulationCode)
      .filter(([, code]) => code !== 0)
      .map(([name, code]) => [name.toLowerCase(), String(code)]);
    expect(codes.sort()).toEqual(expected.sort());
  });

  it("has a plan of its layout, in whose place another one may be", () => {
    const own = new WasmAccumulator().planHeader();
    const event = schemaOf("acme.response.Event");
    const plan = compileAccumulationPlan([event]);
    expect(own.slice(0, 8)).toEqual(plan.slice(0, 8));
    expect(new DataView(own.buffer).getUint32(8, true)).toBeGreaterThan(plan.length);
    const wasm = new WasmAccumulator(plan);
    expect(wasm.select(STREAM)).toBe(false);
    expect(wasm.select(event.typeName)).toBe(true);
    expect(wasm.types).toEqual(["acme.response.Response"]);
  });

  it("is the same plan for the same schema", () => {
    expect(compileAccumulationPlan([StreamEventSchema])).toEqual(
      compileAccumulationPlan([StreamEventSchema]),
    );
  });

  it("starts anew", () => {
    const wasm = accumulator();
    wasm.setLimit(0, 1);
    wasm.apply(delta({}));
    expect(wasm.select(STREAM)).toBe(true);
    expect(wasm.numbers).toEqual([]);
    expect(wasm.size).toBe(0);
    expect(wasm.find(STEP, "step_1")).toBe(0);
    expect([delta({}, "a"), delta({}, "b")].map((event) => wasm.apply(event))).toEqual([1, 2]);
  });

  it("refuses limits that do not exist or are too small", () => {
    const wasm = accumulator();
    expect([0, 1, 2, 3, 4, 5, 6].map((which) => wasm.setLimit(which, 1))).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((which) => which < 6),
    );
    expect([0, 3].map((which) => wasm.setLimit(which, 0))).toEqual([false, true]);
    expect(wasm.keep("stepwire.v1.Run")).toBe(true);
    expect(wasm.keep("stepwire.v1.Document")).toBe(false);
  });

  it("keeps the numbers of objects when others are removed", () => {
    const wasm = accumulator();
    const numbers = ["a", "b", "c"].map((id) => wasm.apply(delta({}, id)));
    expect(numbers).toEqual([1, 2, 3]);
    expect(wasm.remove(2)).toBe(true);
    expect(wasm.remove(2)).toBe(false);
    expect(wasm.numbers).toEqual([1, 3]);
    expect(wasm.idOf(3)).toBe("c");
    expect(wasm.find(STEP, "b")).toBe(0);
    expect(() => wasm.snapshot(2)).toThrow(RangeError);
    expect(wasm.apply(delta({}, "b"))).toBe(4);
    expect(wasm.apply(delta({}, "c"))).toBe(3);
    for (const number of wasm.numbers) {
      wasm.remove(number);
    }
    expect(wasm.size).toBe(0);
  });

  it("finds an object by a type and an identifier that together are another's too", () => {
    const wasm = accumulator();
    wasm.apply(binary({ event: "thread.run.created", data: { id: "Step" } }));
    expect(wasm.find("stepwire.v1.Run", "Step")).toBe(1);
    expect(wasm.find(STEP, "")).toBe(0);
  });

  it("keeps the unknown fields of an object", () => {
    const wasm = accumulator();
    const step = Uint8Array.of(10, 1, 97, 0xc0, 0x3e, 5, 0xca, 0x3e, 2, 1, 2);
    expect(wasm.apply(Uint8Array.of(10, step.length, ...step))).toBe(1);
    expect(wasm.apply(delta({ status: "completed" }, "a"))).toBe(1);
    const after = fromBinary(RunStepSchema, wasm.snapshot(1));
    expect(after.$unknown).toEqual(fromBinary(RunStepSchema, step).$unknown);
  });

  it("refuses what is no event, and changes nothing", () => {
    const wasm = accumulator();
    const event = delta({ status: "completed", a: ["b"], metadata: { c: 1 } });
    wasm.apply(event);
    const before = jsonOf(wasm, 1);
    const cut = Array.from({ length: event.length - 1 }, (_, size) => event.slice(0, size + 1));
    const malformed = [
      ...cut,
      Uint8Array.of(0),
      Uint8Array.of(10, 3, 10, 1, 0xff),
      Uint8Array.of(26, 4, 10, 2, 0xed, 0xa0),
      Uint8Array.of(8, 1),
      Uint8Array.of(0xfb, 0x3f),
      new Uint8Array(300).fill(0xfb),
    ];
    for (const bytes of malformed) {
      expect(wasm.apply(bytes)).toMatchObject({ code: "malformed_event", objectType: "" });
    }
    expect(jsonOf(wasm, 1)).toBe(before);
  });

  it("refuses messages that are nested too deeply", () => {
    const wasm = accumulator();
    let value = Uint8Array.of(0x1a, 1, 97);
    for (let depth = 0; depth < 120; depth++) {
      // A Value with a list with this Value.
      const list = field(1, value);
      value = field(6, list);
    }
    const entry = Buffer.concat([field(1, Uint8Array.of(97)), field(2, value)]);
    const step = Buffer.concat([field(1, Uint8Array.of(97)), field(15, entry)]);
    expect(wasm.apply(field(1, step))).toMatchObject({ code: "malformed_event" });
  });

  it("applies many events, in pieces of any size", () => {
    const events = [delta({ a: "b" }), delta({ a: "c" }), delta({ a: "d".repeat(200) })];
    const all = Buffer.concat(events.flatMap((each) => [varint(each.length), each]));
    for (let size = 0; size <= all.length; size++) {
      const wasm = accumulator();
      const first = wasm.applyAll(all.subarray(0, size));
      const rest = wasm.applyAll(all.subarray(first.consumed));
      expect([first.code, rest.code, first.count + rest.count]).toEqual(["", "", 3]);
      expect(first.consumed + rest.consumed).toBe(all.length);
      expect(rest.count === 0 ? first.last : rest.last).toBe(1);
      expect(JSON.parse(jsonOf(wasm, 1)).a).toBe(`bc${"d".repeat(200)}`);
    }
  });

  it("stops at a refused event, and at a size that is none", () => {
    const wasm = accumulator();
    const events = [delta({ a: "b" }), delta({ run_id: "r" }), delta({ a: "c" })];
    const all = Buffer.concat(events.flatMap((each) => [varint(each.length), each]));
    const { code, count, consumed, refusedEnd } = wasm.applyAll(all);
    expect([code, count]).toEqual(["identity_in_delta", 1]);
    expect(wasm.applyAll(all.subarray(refusedEnd))).toMatchObject({ code: "", count: 1 });
    expect(consumed).toBe((events[0]?.length ?? 0) + 1);
    for (const size of [[0xff, 0xff, 0xff, 0xff, 0x0f], new Array(11).fill(0x80)]) {
      expect(wasm.applyAll(Uint8Array.from(size))).toMatchObject({
        code: "malformed_event",
        refusedEnd: size.length,
      });
    }
    expect(wasm.applyAll(Uint8Array.of(0xff, 0xff))).toMatchObject({ code: "", count: 0 });
  });

  it("says nothing of an earlier refusal at a size that is none", () => {
    const wasm = accumulator();
    expect(wasm.apply(delta({ run_id: "r" }))).toMatchObject({
      objectType: STEP,
      pointer: "/run_id",
    });
    wasm.applyAll(new Uint8Array(11).fill(0x80));
    const nothing = { objectType: "", objectId: "", pointer: "", expected: "", found: "" };
    expect(wasm.refusal).toEqual({ code: "malformed_event", ...nothing });
  });

  it("frees the memory of what was replaced and appended", () => {
    const wasm = accumulator();
    const created = binary({
      event: "thread.run.step.created",
      data: { id: "step_1", more: "x".repeat(10_000) },
    });
    const more = delta({ text: "y".repeat(1000), metadata: { a: "b".repeat(1000) } });
    for (let round = 0; round < 40; round++) {
      wasm.apply(created);
      for (let turn = 0; turn < 100; turn++) {
        expect(wasm.apply(more)).toBe(1);
      }
    }
    expect(wasm.memorySize).toBeLessThan(32 << 20);
  });

  it("frees the memory of snapshots", () => {
    const wasm = accumulator();
    wasm.apply(createdStep({ more: "x".repeat(5 << 20) }));
    for (let round = 0; round < 100; round++) {
      expect(wasm.snapshot(1).length).toBeGreaterThan(5 << 20);
    }
    expect(wasm.memorySize).toBeLessThan(128 << 20);
  });

  it("frees the memory of snapshots between small deltas", () => {
    const wasm = accumulator();
    wasm.apply(createdStep({ more: "x".repeat((1 << 20) + 100) }));
    const more = delta({ text: "y" });
    for (let round = 0; round < 300; round++) {
      expect(wasm.apply(more)).toBe(1);
      expect(wasm.snapshot(1).length).toBeGreaterThan(1 << 20);
    }
    expect(wasm.memorySize).toBeLessThan(32 << 20);
  });

  it("frees the lists that are made to write maps and residues", () => {
    const wasm = accumulator();
    const names = Array.from({ length: 4000 }, (_, index) => `name${index}`);
    const members = Object.fromEntries(names.map((name) => [name, ""]));
    wasm.apply(createdStep({ metadata: members, ...members }));
    for (let round = 0; round < 500; round++) {
      wasm.snapshot(1);
    }
    expect(wasm.memorySize).toBeLessThan(32 << 20);
  });

  it("reads a residue in many records, or in many parts of a message, in linear memory", () => {
    const records = Array.from({ length: 5000 }, (_, number) =>
      field(RESIDUE, Buffer.concat([Uint8Array.of(0x18), varint(number + 1000)])),
    );
    const id = field(1, Uint8Array.of(97));
    const whole = accumulator();
    const parts = accumulator();
    expect(whole.apply(field(1, Buffer.concat([id, ...records])))).toBe(1);
    expect(parts.apply(Buffer.concat([id, ...records].map((each) => field(1, each))))).toBe(1);
    for (const wasm of [whole, parts]) {
      expect(wasm.apply(delta({ status: "completed", more: null }, "a"))).toBe(1);
      const { jsonResidue, status } = fromBinary(RunStepSchema, wasm.snapshot(1));
      expect(jsonResidue?.absentFields.slice(-2)).toEqual([5998, 5999]);
      expect(status).toBeDefined();
      expect(wasm.memorySize).toBeLessThan(32 << 20);
    }
  });

  it("refuses an event that needs far more memory than objects may have", () => {
    const numbers = new Uint8Array(25 << 20).fill(7);
    const packed = field(RESIDUE, field(2, numbers));
    const step = (content: Uint8Array) =>
      field(1, Buffer.concat([field(1, Uint8Array.of(97)), content]));
    const wasm = accumulator();
    expect(wasm.apply(step(packed))).toMatchObject({ code: "too_large", objectType: "" });
    expect(wasm.memorySize).toBeLessThan(2 ** 30);
    expect(wasm.apply(delta({ a: "b" }))).toBe(1);
    const repeated = (bytes: readonly number[]) =>
      Buffer.alloc(4 << 20, Uint8Array.from(bytes)).subarray(0, bytes.length * 900_000);
    const events = {
      packed: field(RESIDUE, field(2, numbers.subarray(0, 4 << 20))),
      numbers: field(RESIDUE, repeated([0x10, 7])),
      members: field(RESIDUE, repeated([0x0a, 0])),
      names: field(RESIDUE, field(1, repeated([0x0a, 0]))),
      unknown: repeated([0xc0, 0x3e, 5]),
      entries: repeated([0x7a, 0]),
      keys: field(15, repeated([0x0a, 0])),
      text: repeated([0x0a, 0]),
      residues: repeated([...field(RESIDUE, new Uint8Array())]),
    };
    for (const [name, event] of Object.entries(events)) {
      const small = accumulator();
      small.setLimit(4, 1 << 20);
      expect(small.apply(step(event)), name).toMatchObject({ code: "too_large" });
      expect(small.memorySize, name).toBeLessThan(64 << 20);
      expect(small.apply(delta({ a: "b" })), name).toBe(1);
    }
  });

  it("never stops at bytes that are no events, and keeps its objects whole", () => {
    const random = new Random(printedSeed());
    const wasm = accumulator();
    const sources = [
      delta({ step_details: { type: "tool_calls", tool_calls: [{ index: 0, id: "a", x: [1] }] } }),
      delta({ usage: { total_tokens: 1 }, metadata: { a: { b: [1, null] } }, browser: { a: "b" } }),
    ];
    let applied = 0;
    for (let round = 0; round < 3000; round++) {
      const bytes = Uint8Array.from(sources[round % 2] ?? expect.unreachable());
      for (let change = 0; change < 1 + (round % 3); change++) {
        bytes[random.below(bytes.length)] = random.below(256);
      }
      const result = wasm.apply(bytes);
      applied += typeof result === "number" && result > 0 ? 1 : 0;
    }
    expect(applied).toBeGreaterThan(100);
    for (const number of wasm.numbers) {
      const type = wasm.typeOf(number);
      if (type === STEP) {
        const step: RunStep = fromBinary(RunStepSchema, wasm.snapshot(number));
        expect(toBinary(RunStepSchema, step).length).toBeGreaterThan(0);
      }
    }
  });

  it("takes an event without an arm", () => {
    const event: StreamEvent = create(StreamEventSchema);
    expect(accumulator().apply(toBinary(StreamEventSchema, event))).toBe(0);
  });
});

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) {
    bytes.push((rest & 127) | 128);
  }
  return Uint8Array.of(...bytes, rest);
}

function field(number: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
  return new Uint8Array(bytes);
}
