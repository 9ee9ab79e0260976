import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { StreamEventSchema } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import { countVerbatim, visitAnnotations } from "../src/index.js";
import { undescribedBytes } from "../src/internal.js";
import { addVerbatim, verbatimKind } from "../src/verbatim-fields.js";

type Init = MessageInitShape<typeof StreamEventSchema>;

function count(event: Init) {
  return countVerbatim(
    StreamEventSchema,
    toBinary(StreamEventSchema, create(StreamEventSchema, event)),
  );
}

const nothing = { residue: 0, other: 0, text: 0, declared: 0 };

describe("countVerbatim", () => {
  it("counts nothing of typed fields", () => {
    expect(count({ event: { case: "runStepDelta", value: { id: "step_1" } }, id: "7" })).toEqual(
      nothing,
    );
  });

  it("counts residue with its tag and length, wherever it is", () => {
    const jsonResidue = { members: { a: "1" } };
    // An entry of the map: tag, length, and two fields of three bytes. Around it, a tag and a
    // length, and those of the residue, whose tag has two bytes.
    const bytes = 2 + 3 + 3 + 3;
    expect(count({ jsonResidue })).toEqual({ ...nothing, residue: bytes });
    const value = { id: "step_1", delta: { jsonResidue } };
    const event: Init = { event: { case: "runStepDelta", value }, jsonResidue };
    expect(count(event)).toEqual({ ...nothing, residue: 2 * bytes });
  });

  it("counts whole arms of an unknown kind, once", () => {
    const other = { event: "acme", data: "[1]" };
    expect(count({ event: { case: "other", value: other } })).toEqual({ ...nothing, other: 13 });
  });

  it("counts payloads that are not JSON", () => {
    const event: Init = { event: { case: "other", value: { event: "a" } }, dataText: "<p>" };
    expect(count(event)).toEqual({ ...nothing, other: 5, text: 5 });
    expect(undescribedBytes(count(event))).toBe(10);
  });

  it("counts apart what the schema itself keeps as JSON", () => {
    const parameters = '{"type":"object"}';
    const value = { function: { name: "f", parameters } };
    const tools = [{ tool: { case: "function", value } } as const];
    const counts = count({ event: { case: "runCreated", value: { id: "run_1", tools } } });
    expect(counts).toEqual({ ...nothing, declared: parameters.length + 2 });
  });

  it("counts as far as the bytes go", () => {
    expect(countVerbatim(StreamEventSchema, Buffer.from("520a0aff", "hex"))).toMatchObject({
      other: 4,
    });
    expect(countVerbatim(StreamEventSchema, new Uint8Array())).toEqual(nothing);
  });
});

describe("the quick count", () => {
  const jsonResidue = { members: { a: "1", b: '{"c":[]}' } };
  const text = (value: string) => create(ValueSchema, { kind: { case: "stringValue", value } });
  const tool = { function: { name: "f", parameters: "{}" } };
  const events: readonly Init[] = [
    {
      event: { case: "runStepDelta", value: { id: "step_1", delta: { jsonResidue } } },
      id: "7",
    },
    {
      event: {
        case: "runCreated",
        value: {
          id: "run_1",
          temperature: 0.5,
          createdAt: 1_700_000_000n,
          metadata: { one: text("1"), two: text("x".repeat(300)) },
          tools: [{ tool: { case: "function", value: tool } }],
          jsonResidue,
        },
      },
      jsonResidue,
    },
    { event: { case: "other", value: { event: "acme", data: "[1]" } }, dataText: "<p>" },
  ];
  const binaries = events.map((event) =>
    toBinary(StreamEventSchema, create(StreamEventSchema, event)),
  );

  /** Counts by the description of every field. */
  function countSlowly(bytes: Uint8Array): typeof nothing {
    const counts = { ...nothing };
    let counted = 0;
    visitAnnotations(StreamEventSchema, bytes, {
      annotation: ({ field, tag, value }) => {
        const kind = field === undefined || tag.start < counted ? undefined : verbatimKind(field);
        if (kind !== undefined) {
          counts[kind] += value.end - tag.start;
          counted = value.end;
        }
      },
    });
    return counts;
  }

  it.each(binaries)("takes usual messages", (binary) => {
    const counts = { ...nothing };
    expect(addVerbatim(StreamEventSchema, binary, counts)).toBe(true);
    expect(counts).toEqual(countSlowly(binary));
    expect(undescribedBytes(counts)).toBeGreaterThan(0);
  });

  it("counts the same as the slow one in cut and changed bytes", () => {
    const spoiled = binaries.flatMap((binary) =>
      Array.from(binary, (byte, at) => [
        binary.subarray(0, at),
        binary.with(at, byte ^ 1),
        binary.with(at, byte ^ 0x81),
        binary.with(at, 0xff),
      ]).flat(),
    );
    expect(spoiled.map((bytes) => countVerbatim(StreamEventSchema, bytes))).toEqual(
      spoiled.map(countSlowly),
    );
  });
});
