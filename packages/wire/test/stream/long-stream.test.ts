import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { StreamEventSchema } from "@stepwire/core";
import { expect, it } from "vitest";
import { StreamReader, StreamWriter } from "../../src/index.js";
import { messageDelta, run, stepDelta } from "./events.js";

setFlagsFromString("--expose-gc");
const collectGarbage: unknown = runInNewContext("gc");

/** Returns the memory that is in use, in bytes. */
function memory(): number {
  if (typeof collectGarbage === "function") {
    collectGarbage();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const EVENTS = 240_000;
const NOISE = 4 * 1024 * 1024;

it("holds the same memory after 240,000 events as after 40,000", { timeout: 60_000 }, () => {
  const writer = new StreamWriter(StreamEventSchema);
  const reader = new StreamReader();
  const cycle = [
    ...Array.from({ length: 30 }, (_, index) => messageDelta(`text ${index}`)),
    ...Array.from({ length: 8 }, (_, index) => stepDelta(`{"a":${index}`)),
    run("runInProgress"),
    run("runCompleted", { instructions: "x".repeat(1_000) }),
  ];
  let read = 0;
  let before = 0;
  while (read < EVENTS) {
    reader.push(writer.write(cycle));
    for (let block = reader.nextBlock(); block.length > 0; block = reader.nextBlock()) {
      read += block.length;
    }
    if (read === 40_000) {
      before = memory();
    }
  }
  expect(read).toBe(EVENTS);
  expect(before).toBeGreaterThan(0);
  expect(memory() - before).toBeLessThan(NOISE);
  reader.push(writer.end());
  expect(reader.next()).toBeUndefined();
  reader.finish();
});
