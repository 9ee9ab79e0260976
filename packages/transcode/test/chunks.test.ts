import { DocumentSchema } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import { createTranscoder } from "../src/index.js";

const transcoder = createTranscoder(DocumentSchema, { mode: "archive" });
const lines = Buffer.from('{"n":1}\n\n{"n":2}\n{"long":"'.concat("x".repeat(20_000), '"}\n'));
const messages = transcoder.packLines(lines).output;

describe("the output of a chunk", () => {
  it("is where it was wanted", () => {
    const into = new Uint8Array(100_000).fill(7);
    const packed = transcoder.packLines(lines, { into });
    expect(packed.output.buffer).toBe(into.buffer);
    expect(packed.output.byteOffset).toBe(0);
    expect(Buffer.from(packed.output).equals(messages)).toBe(true);
    expect(into[messages.length]).toBe(7);
    const unpacked = transcoder.unpackLines(messages, { into });
    expect(unpacked.output.buffer).toBe(into.buffer);
    expect(Buffer.from(unpacked.output).toString()).toBe(lines.toString().replace("\n\n", "\n"));
  });

  it("is at that place of a buffer which was given", () => {
    const buffer = new Uint8Array(100_000);
    const { output } = transcoder.packLines(lines, { into: buffer.subarray(1_000) });
    expect(output.byteOffset).toBe(1_000);
    expect(Buffer.from(output).equals(messages)).toBe(true);
  });

  it("is elsewhere if it has no room there", () => {
    const into = new Uint8Array(messages.length - 1);
    const { output } = transcoder.packLines(lines, { into });
    expect(output.buffer).not.toBe(into.buffer);
    expect(Buffer.from(output).equals(messages)).toBe(true);
  });

  it("is empty where there is nothing", () => {
    const into = new Uint8Array(10);
    expect(transcoder.packLines(Buffer.from("\n\n"), { into }).output).toHaveLength(0);
    expect(transcoder.packLines(Buffer.from("\n\n")).output).toHaveLength(0);
  });

  it("ends before a document that is refused", () => {
    const into = new Uint8Array(1_000);
    const chunk = Buffer.from('{"n":1}\n[]\n{"n":2}\n');
    const { output, refused } = transcoder.packLines(chunk, { into });
    expect(refused?.index).toBe(1);
    expect(output.buffer).toBe(into.buffer);
    expect(Buffer.from(output)).toEqual(
      Buffer.from(transcoder.packLines(Buffer.from('{"n":1}')).output),
    );
  });
});
