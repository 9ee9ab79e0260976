import type { DescMessage } from "@bufbuild/protobuf";
import { corruptions, DocumentGenerator, printedSeed, Random } from "@stepwire/testing";
import { createTranscoder } from "@stepwire/transcode";
import { StreamFailure, StreamFormatError, StreamReader, StreamWriter } from "@stepwire/wire";
import { describe, expect, test } from "vitest";
import { schemaNamed } from "../src/schemas.js";

const seed = printedSeed();
const encoder = new TextEncoder();

const schemas = ["stepwire.v1.StreamEvent", "stepwire.chat.v1.ChatCompletionStreamEvent"].map(
  (name) => ({ name, schema: schemaNamed(name) }),
);

/** Generates events that have much in common with the ones before, and others. */
class EventGenerator {
  readonly #random: Random;
  readonly #documents: DocumentGenerator;
  readonly #transcoder: ReturnType<typeof createTranscoder>;
  readonly #events: Uint8Array[] = [];

  constructor(schema: DescMessage, random: Random) {
    this.#random = random;
    this.#documents = new DocumentGenerator(schema);
    this.#transcoder = createTranscoder(schema, { mode: "archive" });
  }

  next(): Uint8Array {
    const former = this.#random.pick(this.#events);
    const event =
      former === undefined || this.#random.chance(0.2) ? this.#create() : this.#change(former);
    this.#events.push(event);
    if (this.#events.length > 8) {
      this.#events.splice(this.#random.below(8), 1);
    }
    return event;
  }

  #create(): Uint8Array {
    const { text } = this.#documents.generate(this.#random.next());
    return this.#transcoder.toBinary(encoder.encode(text)).slice();
  }

  /** Returns an event again, or with a changed, additional or missing byte, which may break it. */
  #change(event: Uint8Array): Uint8Array {
    const at = this.#random.below(event.length + 1);
    const byte = this.#random.below(256);
    const [before, after] = [event.subarray(0, at), event.subarray(at)];
    switch (this.#random.below(5)) {
      case 0:
        return Buffer.concat([before, [byte], after.subarray(1)].map((part) => Buffer.from(part)));
      case 1:
        return Buffer.concat([before, after.subarray(1)]);
      case 2:
        return this.#changeText(event, byte);
      default:
        return event;
    }
  }

  /** Changes a byte that is a letter, which usually leaves the message valid. */
  #changeText(event: Uint8Array, byte: number): Uint8Array {
    const letters = [...event.keys()].filter(
      (at) => (event[at] ?? 0) >= 0x61 && (event[at] ?? 0) <= 0x7a,
    );
    const at = this.#random.pick(letters);
    return at === undefined ? event : event.with(at, 0x61 + (byte % 26));
  }
}

function writeBlocks(schema: DescMessage, events: readonly Uint8Array[], random: Random): Buffer {
  const writer = new StreamWriter(schema, { firstNumber: random.below(1000), maxStateBytes: 4096 });
  const blocks: Uint8Array[] = [];
  for (let start = 0; start < events.length; ) {
    const end = start + random.below(10);
    const number = writer.nextNumber + (random.chance(0.1) ? random.below(1000) : 0);
    blocks.push(writer.write(events.slice(start, end), number));
    if (random.chance(0.1)) {
      blocks.push(writer.alive());
    }
    start = end;
  }
  return Buffer.concat([...blocks, writer.end()]);
}

/** Reads a stream in random chunks. Returns the events before an error, and the error. */
function readChunks(stream: Uint8Array, random: Random): { events: string[]; reason?: unknown } {
  const reader = new StreamReader({ maxStateBytes: 4096 });
  const events: string[] = [];
  const largest = 1 + random.below(random.chance(0.5) ? 10 : 2000);
  try {
    for (let start = 0; start < stream.length; ) {
      const end = start + 1 + random.below(largest);
      reader.push(stream.subarray(start, end));
      for (let block = reader.nextBlock(); block.length > 0; block = reader.nextBlock()) {
        events.push(...block.map(({ bytes }) => Buffer.from(bytes).toString("hex")));
      }
      start = end;
    }
    reader.finish();
  } catch (reason) {
    return { events, reason };
  }
  return { events };
}

function expectRefusal(reason: unknown): void {
  if (!(reason instanceof StreamFormatError || reason instanceof StreamFailure)) {
    throw new Error("the stream was refused with another error", { cause: reason });
  }
}

describe.each(schemas)("generated streams of $name", ({ schema }) => {
  test("come back byte by byte, wherever they are cut into chunks", { timeout: 60_000 }, () => {
    for (let round = 0; round < 20; round++) {
      const random = new Random(seed + round);
      const generator = new EventGenerator(schema, random);
      const events = Array.from({ length: 100 }, () => generator.next());
      const stream = writeBlocks(schema, events, random);
      const { events: found, reason } = readChunks(stream, random);
      expect(reason, `round ${round}`).toBeUndefined();
      expect(found, `round ${round}`).toEqual(
        events.map((each) => Buffer.from(each).toString("hex")),
      );
    }
  });

  test("are read or refused with an error if a byte is wrong", { timeout: 60_000 }, () => {
    let refused = 0;
    for (let round = 0; round < 20; round++) {
      const random = new Random(seed + round);
      const generator = new EventGenerator(schema, random);
      const events = Array.from({ length: 20 }, () => generator.next());
      const stream = writeBlocks(schema, events, random);
      for (let time = 0; time < 40; time++) {
        const at = random.below(stream.length);
        const { reason } = readChunks(stream.with(at, random.below(256)), random);
        if (reason !== undefined) {
          refused++;
          expectRefusal(reason);
        }
      }
    }
    expect(refused).toBeGreaterThan(20);
  });
});

test("a stream that is spoiled at each place is read or refused", { timeout: 60_000 }, () => {
  const [{ schema } = expect.unreachable()] = schemas;
  const random = new Random(seed);
  const delta = (text: string): Uint8Array =>
    createTranscoder(schema)
      .toBinary(
        encoder.encode(
          `{"event":"thread.message.delta","data":{"id":"m","object":"thread.message.delta","delta":{"content":[{"index":0,"type":"text","text":{"value":"${text}"}}]}}}`,
        ),
      )
      .slice();
  const stream = writeBlocks(schema, ["a", "b", "c", ""].map(delta), random);
  let refused = 0;
  for (const spoiled of corruptions(Uint8Array.from(stream))) {
    const { reason } = readChunks(spoiled, random);
    if (reason !== undefined) {
      refused++;
      expectRefusal(reason);
    }
  }
  expect(refused).toBeGreaterThan(20);
});
