import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { describe, expect, it } from "vitest";
import { joinBytes, RecordReader, recordHead } from "../src/internal.js";

function readAll(bytes: Uint8Array): { fields: [number, string][]; isAtEnd: boolean } {
  const reader = new RecordReader(bytes, 0, bytes.length);
  const fields: [number, string][] = [];
  while (reader.next()) {
    fields.push([
      reader.number,
      new TextDecoder().decode(bytes.subarray(reader.start, reader.end)),
    ]);
  }
  return { fields, isAtEnd: reader.isAtEnd };
}

describe("RecordReader", () => {
  it("reads length-delimited fields with tags and sizes of several bytes", () => {
    const long = "x".repeat(300);
    const bytes = new BinaryWriter()
      .tag(1, WireType.LengthDelimited)
      .string("a")
      .tag(2047, WireType.LengthDelimited)
      .string(long)
      .tag(536_870_911, WireType.LengthDelimited)
      .string("")
      .finish();
    expect(readAll(bytes)).toEqual({
      fields: [
        [1, "a"],
        [2047, long],
        [536_870_911, ""],
      ],
      isAtEnd: true,
    });
  });

  it.each([
    ["another wire type", "0801"],
    ["a value that is cut off", "0a0261"],
    ["a size that is cut off", "0a80"],
    ["a tag that is cut off", "8a"],
    ["a size of more than 7 bytes", "0a80808080808080800161"],
  ])("stops before %s", (_, hex) => {
    const first = joinBytes([recordHead(3, 1), Buffer.from("b")]);
    expect(readAll(joinBytes([first, Buffer.from(hex, "hex")]))).toEqual({
      fields: [[3, "b"]],
      isAtEnd: false,
    });
  });
});

describe("recordHead", () => {
  it.each([
    [1, 0],
    [15, 127],
    [16, 128],
    [2047, 16_384],
    [536_870_911, 2 ** 31],
  ])("writes the tag of field %i and the size %i like protobuf-es", (number, size) => {
    const expected = new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(size).finish();
    expect(recordHead(number, size)).toEqual(expected);
  });
});
