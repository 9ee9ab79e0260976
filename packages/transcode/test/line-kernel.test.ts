import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { DocumentSchema } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import { createTranscoder } from "../src/index.js";
import { hasCurrentLayout, openLineKernel } from "../src/line-kernel.js";

const transcoder = createTranscoder(DocumentSchema, { mode: "preserve", maxBytes: 1_000 });
const plan = transcoder.lineKernel();
const lines = Buffer.from('{"n":1}\n\n{"n":2}');
const packed = transcoder.packLines(lines);

/** Returns a value as another thread sends it back. */
async function throughThread<Value>(value: Value): Promise<Value> {
  const worker = new Worker(
    'const { parentPort } = require("node:worker_threads"); parentPort.once("message", (value) => parentPort.postMessage(value));',
    { eval: true },
  );
  const answer = once(worker, "message");
  worker.postMessage(value);
  const [returned] = await answer;
  return returned;
}

describe("a kernel for lines", () => {
  it("does what the transcoder does", () => {
    const kernel = openLineKernel(plan);
    expect(kernel.convert("packLines", lines)).toEqual(packed);
    const unpacked = transcoder.unpackLines(packed.output);
    expect(kernel.convert("unpackLines", packed.output)).toEqual(unpacked);
  });

  it("is made of a plan that was sent to another thread", async () => {
    const kernel = openLineKernel(await throughThread(plan));
    expect(kernel.convert("packLines", lines)).toEqual(packed);
  });

  it("has a table that another transcoder can take", () => {
    const options = { mode: "preserve", maxBytes: 1_000 } as const;
    const again = createTranscoder(DocumentSchema, { ...options, table: plan.table });
    expect(again.lineKernel().table).toBe(plan.table);
    expect(again.packLines(lines)).toEqual(packed);
    expect(() => again.toBinary(Buffer.from("[]"))).toThrow(/not_an_object/);
    expect(again.fallbacks).toBe(0);
  });

  it.each([
    ["another layout", plan.table.with(24, (plan.table[24] ?? 0) ^ 1)],
    ["another magic number", plan.table.with(0, 0)],
    ["no bytes", new Uint8Array()],
  ])("has a table; one of %s is refused", (_name, table) => {
    expect(hasCurrentLayout(table)).toBe(false);
    expect(() => createTranscoder(DocumentSchema, { table })).toThrow(TypeError);
  });

  it("writes into a buffer", () => {
    const into = new Uint8Array(1_000);
    expect(openLineKernel(plan).convert("packLines", lines, into)?.output.buffer).toBe(into.buffer);
  });

  it("reads and writes its own memory, without copies", () => {
    const kernel = openLineKernel(plan);
    // The second chunk is larger than the memory that the first one needed.
    for (const text of [`${lines}`, `${lines}\n`.repeat(200_000), `${lines}`]) {
      const chunk = Buffer.from(text);
      const reserved = kernel.reserve(chunk.length + 100_000);
      reserved.fill(0xff);
      reserved.set(chunk);
      const { output, ...counts } = kernel.convertReserved("packLines", chunk.length) ?? {};
      const { output: expected, ...expectedCounts } = transcoder.packLines(chunk);
      expect(counts).toEqual(expectedCounts);
      expect(Buffer.from(output ?? []).equals(expected)).toBe(true);
      expect(output?.buffer.byteLength).toBeGreaterThan(chunk.length);
    }
  });

  it("takes the next chunk after one that it refused", () => {
    const kernel = openLineKernel(plan);
    kernel.reserve(2).set(Buffer.from("[]"));
    expect(kernel.convertReserved("packLines", 2)).toBeUndefined();
    kernel.reserve(lines.length).set(lines);
    expect(kernel.convertReserved("packLines", lines.length)?.documents).toBe(2);
  });

  it.each([
    ["what is no JSON", "{}\n{"],
    ["what the mode refuses", '{"object":"thread.run.step","status":7}'],
    ["what is larger than the limit", `{"long":"${"x".repeat(1_000)}"}`],
  ])("gives nothing for %s", (_name, text) => {
    expect(openLineKernel(plan).convert("packLines", Buffer.from(text))).toBeUndefined();
  });
});
