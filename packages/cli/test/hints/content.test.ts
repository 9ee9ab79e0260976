import { expect, it } from "vitest";
import { identify } from "../../src/hints/content.js";

const utf16 = Buffer.from('{\n"a":1}', "utf16le");

it.each<[string, Uint8Array | string, object]>([
  ["nothing", "", { kind: "empty" }],
  ["UTF-16 with a mark", Buffer.from("\ufeff{}", "utf16le"), { charset: "UTF-16" }],
  ["UTF-16 without one", utf16, { kind: "other-encoding", charset: "UTF-16LE" }],
  ["UTF-16, the other way", Buffer.from(utf16).swap16(), { charset: "UTF-16BE" }],
  ["UTF-32", Buffer.from("fffe00007b000000", "hex"), { charset: "UTF-32" }],
  ["a message that begins with zeros", Buffer.from("20002800", "hex"), { kind: "binary" }],
  ["a zstd frame without content", Buffer.from("502a4d1800000000", "hex"), { program: "zstd -dc" }],
  ["JSON with white space", ' \n{"a":1}\n', { kind: "object", value: { a: 1 } }],
  [
    "JSON that was cut off in a character",
    Buffer.from('{"a":"é').subarray(0, -1),
    { kind: "broken-json" },
  ],
  ["lines, the last of which was cut off", '{"a":1}\n\n{"b":', { kind: "lines", count: 2 }],
  ["an array on lines", "[\n{},\n{}\n]", { kind: "array", count: 2 }],
  ["a number", "5\n", { kind: "text" }],
  ["text with a control character", "a\u0000b", { kind: "binary" }],
  ["a transcript", "\n: ping\n\ndata: {}\n\n", { kind: "transcript" }],
])("recognizes %s", (_, content, expected) => {
  expect(identify(Buffer.from(content))).toMatchObject(expected);
});
