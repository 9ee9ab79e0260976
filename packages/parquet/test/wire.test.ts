import { buildSchemas, residueMember, type WireRecord, writeWire } from "@stepwire/testing";
import { archiveSizePrefix } from "@stepwire/wire";
import { describe, expect, it } from "vitest";
import { ColumnKernel, compilePlan, planColumns } from "../src/index.js";
import { documentsOf, type Row, rowsOf } from "./support/rows.js";

const registry = buildSchemas({
  wire: `
    message All {
      string s = 1 [(column) = {}];
      bool b = 2 [(column) = {}];
      double d = 3 [(column) = {}];
      int32 i32 = 5 [(column) = {}];
      int64 i64 = 6 [(column) = {}];
      uint32 u32 = 7 [(column) = {}];
      uint64 u64 = 8 [(column) = {}];
      sint32 s32 = 9 [(column) = {}];
      sint64 s64 = 10 [(column) = {}];
      fixed32 f32 = 11 [(column) = {}];
      fixed64 f64 = 12 [(column) = {}];
      sfixed32 sf32 = 13 [(column) = {}];
      sfixed64 sf64 = 14 [(column) = {}];
      Kind kind = 15 [(column) = {}];
      optional int64 at = 16 [(column) = { timestamp: true }];
      repeated string names = 17 [(column) = {}];
      Inner inner = 18 [(column) = { name: "inner_name" path: "name" }];
      repeated Inner inners = 19 [(column) = { name: "inner_names" path: "name" }];
      optional bool maybe = 20 [(column) = {}];
      RESIDUE
    }
    enum Kind {
      KIND_UNSPECIFIED = 0;
      KIND_A = 1 [(enum_value).value = "a"];
      KIND_B = 200 [(enum_value).value = "b"];
      KIND_C = -1 [(enum_value).value = "c"];
    }
    message Inner {
      optional string name = 1;
      RESIDUE
    }`,
});
const all = registry.getMessage("wire.All") ?? expect.unreachable();
const kernel = new ColumnKernel(planColumns(all));

function delimited(...messages: readonly Uint8Array[]): Buffer {
  return Buffer.concat(messages.flatMap((message) => [archiveSizePrefix(message.length), message]));
}

function rowOf(...records: readonly WireRecord[]): Row {
  const input = delimited(writeWire(records));
  expect(kernel.convert(input)).toEqual({
    rows: 1,
    consumed: input.length,
    malformedAt: undefined,
  });
  return rowsOf(kernel, 1)[0] ?? expect.unreachable();
}

/** The columns of an empty message. */
const defaults: Row = {
  s: "",
  b: false,
  d: 0,
  ...Object.fromEntries(
    ["i32", "i64", "u32", "u64", "s32", "s64", "f32", "f64", "sf32", "sf64"].map((name) => [
      name,
      0n,
    ]),
  ),
  names: [],
  inner_names: [],
};

describe("values on the wire", () => {
  it("have the default of proto3 if they are absent, or are null if they have presence", () => {
    expect(rowOf()).toEqual(defaults);
  });

  it("of all types", () => {
    const row = rowOf(
      { field: 1, text: "äöü" },
      { field: 2, varint: 1 },
      { field: 3, double: -1.5 },
      { field: 5, varint: (1n << 64n) - 5n },
      { field: 6, varint: (1n << 64n) - 6n },
      { field: 7, varint: 4_294_967_295n },
      { field: 8, varint: (1n << 63n) - 1n },
      { field: 9, varint: 13 },
      { field: 10, varint: (1n << 64n) - 1n },
      { field: 11, fixed32: 0xff_ff_ff_ff },
      { field: 12, fixed64: 9n },
      { field: 13, fixed32: 0xff_ff_ff_fe },
      { field: 14, fixed64: (1n << 64n) - 10n },
      { field: 15, varint: 200 },
      { field: 16, varint: 1_700_000_000 },
      { field: 17, text: "x" },
      { field: 17, text: "" },
      { field: 18, message: [{ field: 1, text: "n" }] },
      { field: 19, message: [{ field: 1, text: "o" }] },
      { field: 19, message: [] },
      { field: 19, message: [{ field: 1, text: "p" }] },
      { field: 20, varint: 1 },
    );
    expect(row).toEqual({
      s: "äöü",
      b: true,
      d: -1.5,
      i32: -5n,
      i64: -6n,
      u32: 4_294_967_295n,
      u64: (1n << 63n) - 1n,
      s32: -7n,
      s64: -(1n << 63n),
      f32: 4_294_967_295n,
      f64: 9n,
      sf32: -2n,
      sf64: -10n,
      kind: "b",
      at: 1_700_000_000_000_000n,
      names: ["x", ""],
      inner_name: "n",
      inner_names: ["o", "p"],
      maybe: true,
    });
  });

  it("are null if the column cannot hold them", () => {
    const row = rowOf(
      { field: 8, varint: 1n << 63n },
      { field: 12, fixed64: 1n << 63n },
      { field: 15, varint: 7 },
      { field: 16, varint: 1n << 62n },
    );
    expect(["u64", "f64", "kind", "at"].filter((name) => name in row)).toEqual([]);
  });

  it("are unknown fields with another wire type; the last one of several counts", () => {
    const unknown: WireRecord[] = [
      { field: 1, varint: 5 },
      { field: 2, text: "a" },
      { field: 5, double: 1 },
      { field: 18, varint: 1 },
      { field: 99, text: "b" },
      // A group with a group and a field of each wire type.
      { raw: [0xa3, 0x06, 0x0b, 0x10, 0x01, 0x0c, 0x15, 1, 2, 3, 4, 0x1a, 0x01, 0x00] },
      { raw: [0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0xa4, 0x06] },
    ];
    expect(rowOf(...unknown)).toEqual(defaults);
    const twice = [1, 2].flatMap((n): WireRecord[] => [
      { field: 1, text: `text ${n}` },
      { field: 5, varint: n },
      { field: 18, message: [{ field: 1, text: `name ${n}` }] },
    ]);
    expect(rowOf(...twice)).toMatchObject({ s: "text 2", i32: 2n, inner_name: "name 2" });
  });

  it("are null where the residue says that the member is absent or null", () => {
    const noted = rowOf({
      field: 2047,
      message: [
        { field: 2, packed: [1, 5] },
        { field: 3, varint: 2 },
      ],
    });
    expect(["s", "i32", "b"].filter((name) => name in noted)).toEqual([]);
    expect(rowOf(residueMember("s", "5"), residueMember("i32", '"x"'))).toEqual(
      Object.fromEntries(Object.entries(defaults).filter(([name]) => !["s", "i32"].includes(name))),
    );
    expect(rowOf(residueMember("i64", "-12"), residueMember("b", "true"))).toMatchObject({
      i64: -12n,
      b: true,
    });
    // A field takes precedence over the residue, in any order.
    expect(rowOf(residueMember("s", '"r"'), { field: 1, text: "f" })).toMatchObject({ s: "f" });
    expect(rowOf({ field: 1, text: "f" }, residueMember("s", '"r"'))).toMatchObject({ s: "f" });
  });
});

describe("a malformed message", () => {
  const good = writeWire([{ field: 1, text: "good" }]);
  const bad: Readonly<Record<string, WireRecord[]>> = {
    "a field number 0": [{ raw: [0x02, 0x00] }],
    "a size beyond the end": [{ raw: [0x0a, 0x05, 0x41] }],
    "a wire type that does not exist": [{ raw: [0x0e] }],
    "the end of a group without its start": [{ raw: [0x0c] }],
    "a group without its end": [{ raw: [0x0b, 0x10, 0x01] }],
    "a varint of 11 bytes": [{ raw: [0x28, ...new Array<number>(10).fill(0x80), 0x01] }],
    "a varint that is cut off": [{ raw: [0x28, 0x80] }],
    "a fixed field that is cut off": [{ raw: [0x19, 1, 2, 3] }],
    "a text that is not UTF-8": [{ field: 1, bytes: [0xff] }],
    "an overlong character": [{ field: 1, bytes: [0xc0, 0x80] }],
    "a surrogate": [{ field: 1, bytes: [0xed, 0xa0, 0x80] }],
    "a malformed part": [{ field: 19, message: [{ raw: [0x0a, 0x05] }] }],
    "a malformed residue": [{ field: 2047, message: [{ raw: [0x0a, 0x05] }] }],
  };

  it.each(Object.entries(bad))("with %s ends the rows", (_, records) => {
    const filled = writeWire([{ field: 17, text: "x" }, { field: 20, varint: 1 }, ...records]);
    const input = delimited(good, filled, good);
    const at = 1 + good.length;
    expect(kernel.convert(input)).toEqual({ rows: 1, consumed: at, malformedAt: at });
    expect(rowsOf(kernel, 1)).toEqual([{ ...defaults, s: "good" }]);
    expect(documentsOf(kernel, 1)).toEqual([good]);
    const { nullCount, length } = kernel.column(
      kernel.columns.findIndex(({ name }) => name === "maybe"),
    );
    expect([nullCount, length]).toEqual([1, 1]);
  });

  it("has a size that is no size", () => {
    const size = Buffer.from("ffffffffffffffffffff01", "hex");
    const large = Buffer.from("ffffffff7f", "hex");
    for (const end of [size, large]) {
      const input = Buffer.concat([delimited(good), end]);
      const at = 1 + good.length;
      expect(kernel.convert(input)).toEqual({ rows: 1, consumed: at, malformedAt: at });
    }
  });
});

describe("a call", () => {
  it("leaves an incomplete message at the end", () => {
    const input = delimited(
      writeWire([{ field: 1, text: "a" }]),
      writeWire([{ field: 1, text: "b" }]),
    );
    for (let size = 4; size < input.length; size++) {
      const result = kernel.convert(input.subarray(0, size));
      expect(result).toEqual({ rows: 1, consumed: 4, malformedAt: undefined });
    }
    expect(kernel.convert(new Uint8Array())).toMatchObject({ rows: 0, consumed: 0 });
  });

  it("fills long columns", () => {
    const count = 5_000;
    const messages = Array.from({ length: count }, (_, index) =>
      writeWire([
        { field: 1, text: `${index}`.repeat(index % 50) },
        { field: 2, varint: index % 2 },
        ...Array.from(
          { length: index % 4 },
          (__, each): WireRecord => ({
            field: 17,
            text: `name ${each}`,
          }),
        ),
      ]),
    );
    kernel.convert(delimited(...messages));
    const rows = rowsOf(kernel, count);
    expect(rows.map(({ s }) => s)).toEqual(
      Array.from({ length: count }, (_, index) => `${index}`.repeat(index % 50)),
    );
    expect(rows.map(({ b }) => b)).toEqual(
      Array.from({ length: count }, (_, index) => index % 2 === 1),
    );
    expect(rows[4_999]?.["names"]).toEqual(["name 0", "name 1", "name 2"]);
  });

  it("refuses an input that is too large", () => {
    const large = { length: 2 ** 30 } as Uint8Array;
    expect(() => kernel.convert(large)).toThrow(RangeError);
  });
});

describe("a plan", () => {
  it("is the same for the same schema", () => {
    expect(compilePlan([all])).toEqual(compilePlan([all]));
  });
});
