import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { StreamEventSchema } from "@stepwire/core";
import { expect, it } from "vitest";
import { StreamReader, StreamWriter } from "../../src/index.js";
import { messageDelta, run, stepDelta } from "./events.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Returns the memory that is in use, in bytes, when collecting garbage frees no more of it. */
async function memory(): Promise<number> {
  let [least, used] = [Number.POSITIVE_INFINITY, Number.MAX_VALUE];
  while (used < least) {
    least = used;
    collectGarbage();
    // Buffers are also freed in the background.
    await setImmediate();
    const { heapUsed, external } = process.memoryUsage();
    used = heapUsed + external;
  }
  return least;
}

const EVENTS = 240_000;
/** Numbers of events after which memory is measured. */
const EARLY = [20_000, 30_000, 40_000];
const LATE = [220_000, 230_000, EVENTS];
/** About 20 bytes for each event between the two. */
const NOISE = 3.5 * 1024 * 1024;

it("holds the same memory after 240,000 events as after 40,000", { timeout: 60_000 }, async () => {
  const writer = new StreamWriter(StreamEventSchema);
  const reader = new StreamReader();
  const cycle = [
    ...Array.from({ length: 30 }, (_, index) => messageDelta(`text ${index}`)),
    ...Array.from({ length: 8 }, (_, index) => stepDelta(`{"a":${index}`)),
    run("runInProgress"),
    run("runCompleted", { instructions: "x".repeat(1_000) }),
  ];
  const measured = new Map<number, number>();
  let read = 0;
  while (read < EVENTS) {
    reader.push(writer.write(cycle));
    for (let block = reader.nextBlock(); block.length > 0; block = reader.nextBlock()) {
      read += block.length;
    }
    if (EARLY.includes(read) || LATE.includes(read)) {
      measured.set(read, await memory());
    }
  }
  expect(read).toBe(EVENTS);
  const at = (events: number): number => measured.get(events) ?? Number.NaN;
  // Compilers and background threads change single measurements; events that are kept change all.
  expect(Math.min(...LATE.map(at)) - Math.max(...EARLY.map(at))).toBeLessThan(NOISE);
  reader.push(writer.end());
  expect(reader.next()).toBeUndefined();
  reader.finish();
});
