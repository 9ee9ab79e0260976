import { StreamEventSchema } from "@stepwire/core";
import { printedSeed, Random } from "@stepwire/testing";
import { createParser } from "eventsource-parser";
import { describe, expect, it } from "vitest";
import { eventForm } from "../src/event-form.js";
import { FrameReader } from "../src/frame-reader.js";
import type { Skipped } from "../src/index.js";
import { createTextReader } from "../src/utf8.js";

const random = new Random(printedSeed());

const fragments = [
  "event",
  "data",
  "id",
  "retry",
  ":",
  ": ",
  "  ",
  "1",
  "{}",
  "x",
  "é",
  "\uFEFF",
  "\0",
  "\n",
  "\n\n",
  "\r",
  "\r\n",
  "data: 1\n",
  "event: a\n",
];

interface Read {
  readonly events: (string | undefined)[][];
  readonly skipped: Skipped[];
}

/** The result of eventsource-parser: events that have data, and lines outside of events. */
function readByParser(text: string): Read {
  const events: (string | undefined)[][] = [];
  const skipped: Skipped[] = [];
  const parser = createParser({
    onEvent: ({ event = "", id, data }) => events.push([event, id, data]),
    onComment: (comment) => skipped.push({ kind: "comment", text: comment }),
    onRetry: (milliseconds) => skipped.push({ kind: "retry", milliseconds }),
    onError: ({ field = "retry", value = "" }) =>
      skipped.push({ kind: "field", name: field, value }),
  });
  parser.feed(text);
  return { events, skipped };
}

function readByUs(text: string): Read {
  const events: (string | undefined)[][] = [];
  const skipped: Skipped[] = [];
  const onSkipped = (each: Skipped): void => {
    if (each.kind !== "id" && !(each.kind === "field" && each.name === "id")) {
      skipped.push(each);
    }
  };
  const reader = createTextReader("refuse");
  const frames = new FrameReader(eventForm(StreamEventSchema), reader, { onSkipped });
  const bytes = new TextEncoder().encode(text);
  const size = 1 + random.below(9);
  for (let start = 0; start < bytes.length; start += size) {
    // The buffer of a chunk may be used again once it has been read.
    const chunk = bytes.slice(start, start + size);
    frames.feed(chunk);
    for (let frame = frames.next(); frame !== undefined; frame = frames.next()) {
      const { name, id, data } = frame;
      if (data !== undefined) {
        events.push([reader.read(name), id && reader.read(id), reader.read(data)]);
      }
    }
    chunk.fill(0x21);
  }
  return { events, skipped };
}

describe("the grammar of event streams", () => {
  it("is read as eventsource-parser reads it, whatever the chunks", () => {
    let events = 0;
    for (let round = 0; round < 2000; round++) {
      const length = 1 + random.below(30);
      const text = Array.from({ length }, () => random.pick(fragments) ?? "").join("");
      // So that the input ends neither within a line nor within an event.
      const whole = `${text}\n\n`;
      const read = readByUs(whole);
      expect(read, JSON.stringify(whole)).toEqual(readByParser(whole));
      events += read.events.length;
    }
    expect(events).toBeGreaterThan(300);
  });
});
