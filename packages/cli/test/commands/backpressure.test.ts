import { PassThrough, Readable, Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { run } from "../../src/run.js";
import { runStep } from "../support/documents.js";
import { stepwire } from "../support/stepwire.js";

const megabyte = 1024 * 1024;

/** Accepts some bytes and then stops, like a reader that is busy. */
class Stalling extends Writable {
  taken = 0;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.taken += chunk.length;
    if (this.taken < megabyte) {
      done();
    }
  }
}

/** Runs a command on an endless input until it has stopped reading; tells how much it read. */
async function readUntilStalled(command: string, block: Uint8Array): Promise<number> {
  let read = 0;
  function* endless(): Generator<Uint8Array> {
    for (;;) {
      read += block.length;
      yield block;
    }
  }
  const controller = new AbortController();
  const stdout = new Stalling();
  const running = run([command], {
    stdin: Readable.from(endless(), { objectMode: false }),
    stdout,
    stderr: new PassThrough(),
    environment: {},
    directory: ".",
    signal: controller.signal,
  });
  let before = -1;
  while (stdout.taken < megabyte || read > before) {
    before = read;
    await setTimeout(50);
  }
  controller.abort(new Error("seen enough"));
  await expect(running).rejects.toThrow("seen enough");
  return read;
}

describe("a reader that is slower than the command", () => {
  const lines = `${runStep()}\n`.repeat(100);

  it("makes pack wait, and not gather what it cannot write", async () => {
    const read = await readUntilStalled("pack", Buffer.from(lines));
    expect(read).toBeGreaterThan(megabyte);
    // This step is eight times as large in JSON.
    expect(read).toBeLessThan(12 * megabyte);
  });

  it("makes unpack wait, and not gather what it cannot write", async () => {
    const { stdout } = await stepwire(["pack"], { stdin: lines });
    expect(await readUntilStalled("unpack", stdout)).toBeLessThan(2 * megabyte);
  });
});
