import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { DocumentSchema } from "@stepwire/core";
import { describe, expect, it } from "vitest";
import { createTranscoder } from "../src/index.js";
import { openLineKernel } from "../src/line-kernel.js";

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

  it("writes into a buffer", () => {
    const into = new Uint8Array(1_000);
    expect(openLineKernel(plan).convert("packLines", lines, into)?.output.buffer).toBe(into.buffer);
  });

  it.each([
    ["what is no JSON", "{}\n{"],
    ["what the mode refuses", '{"object":"thread.run.step","status":7}'],
    ["what is larger than the limit", `{"long":"${"x".repeat(1_000)}"}`],
  ])("gives nothing for %s", (_name, text) => {
    expect(openLineKernel(plan).convert("packLines", Buffer.from(text))).toBeUndefined();
  });
});
