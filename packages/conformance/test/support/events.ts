import type { ReadEvents, WrittenEvent } from "../../src/sse/derive.js";
import type { EventRefusal, EventVectorOptions, EventViolation } from "../../src/sse/format.js";
import type { Refused, WasmHost } from "../wasm-host.js";

const LF = 0x0a;
const CR = 0x0d;
const NOWHERE = 0xffffffff;

/** Reads a stream by `stepwire.wasm`, as docs/kernel-abi.md tells hosts to. */
export class WasmEventReader {
  readonly messages: Uint8Array[] = [];
  readonly refusals: EventRefusal[] = [];
  isBroken = false;
  /** Number of calls of the kernel. */
  calls = 0;
  skipped = 0;
  #buffer = new Uint8Array(1024);
  #size = 0;
  #count = 0;
  #first = true;
  #lastSize = 0;

  readonly #host: WasmHost;
  readonly #options: EventVectorOptions;

  constructor(host: WasmHost, options: EventVectorOptions) {
    this.#host = host;
    this.#options = options;
  }

  push(chunk: Uint8Array): void {
    const known = this.#size;
    this.#size += chunk.length;
    if (this.#size > this.#buffer.length) {
      const larger = new Uint8Array(this.#size * 2);
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, known);
    const isCandidate =
      this.#options.framing === "lenient"
        ? chunk.includes(LF) || chunk.includes(CR)
        : hasBlankLine(this.#buffer.subarray(0, this.#size), Math.max(0, known - 1));
    if (isCandidate || this.#size >= this.#lastSize * 2) {
      this.#convert(false);
    }
  }

  end(): void {
    this.#convert(true);
  }

  #convert(last: boolean): void {
    while (!this.isBroken) {
      this.calls++;
      const { framing, maxEventBytes, ...others } = this.#options;
      const options = {
        ...others,
        lenient: framing === "lenient",
        maxSize: maxEventBytes,
        first: this.#first,
        last,
      };
      const result = this.#host.convertEvents(
        "packEvents",
        this.#buffer.subarray(0, this.#size),
        options,
      );
      this.messages.push(...splitMessages(result.output));
      this.skipped += result.skipped;
      this.#count += result.events;
      this.#first = this.#first && result.consumed === 0 && result.refused === undefined;
      if (result.refused === undefined) {
        this.#drop(result.consumed);
        this.#lastSize = this.#size;
        return;
      }
      const { end } = result.refused;
      this.refusals.push({ event: this.#count, violations: [violationOf(result.refused)] });
      this.#count++;
      this.isBroken = end === 0;
      this.#drop(end);
    }
  }

  #drop(count: number): void {
    this.#buffer.copyWithin(0, count, this.#size);
    this.#size -= count;
  }
}

/** Whether the end of a line comes right after that of another, at `from` or later. */
function hasBlankLine(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at + 1 < bytes.length; at++) {
    const [byte, next] = [bytes[at], bytes[at + 1]];
    if ((byte === LF && (next === LF || next === CR)) || (byte === CR && next === CR)) {
      return true;
    }
  }
  return false;
}

/** Returns the messages of the bytes in which each follows its size. */
export function splitMessages(bytes: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        break;
      }
    }
    messages.push(bytes.slice(at, at + size));
    at += size;
  }
  return messages;
}

/** Returns messages, each after its size. */
export function joinMessages(messages: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    messages.flatMap((message) => {
      const size: number[] = [];
      let rest = message.length;
      for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
        size.push((rest % 0x80) | 0x80);
      }
      return [Uint8Array.of(...size, rest), message];
    }),
  );
}

/** Reads chunks by `stepwire.wasm`. */
export function readByWasm(
  host: WasmHost,
  chunks: readonly Uint8Array[],
  options: EventVectorOptions,
): ReadEvents {
  const reader = new WasmEventReader(host, options);
  for (const chunk of chunks) {
    reader.push(chunk);
  }
  reader.end();
  const { messages, refusals, isBroken } = reader;
  return { events: messages.map(hex), refusals, isBroken };
}

/** Writes a message by `stepwire.wasm`. */
export function writeByWasm(host: WasmHost, message: Uint8Array): WrittenEvent {
  const { refused, output } = host.convertEvents("unpackEvents", joinMessages([message]));
  return refused === undefined
    ? { text: Buffer.from(output).toString() }
    : { violations: [violationOf(refused)] };
}

function violationOf({ code, pointer, offset }: Refused): EventViolation {
  return { code, pointer, ...(offset !== NOWHERE && { offset }) };
}

/**
 * Returns how two results differ; undefined if they agree. The kernel gives one of the violations
 * that the reference engine lists.
 */
export function differenceOf(found: ReadEvents, expected: ReadEvents): string | undefined {
  if (found.events.join() !== expected.events.join()) {
    return `events ${found.events.join()} instead of ${expected.events.join()}`;
  }
  if (found.isBroken !== expected.isBroken || found.refusals.length !== expected.refusals.length) {
    return `${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`;
  }
  for (const [index, { event, violations }] of found.refusals.entries()) {
    const other = expected.refusals[index];
    if (event !== other?.event || !isListed(violations[0], other.violations)) {
      return `${JSON.stringify(found.refusals[index])} instead of ${JSON.stringify(other)}`;
    }
  }
  return undefined;
}

/** Whether a violation is among those that are expected. */
function isListed(
  found: EventViolation | undefined,
  expected: readonly EventViolation[],
  withOffset = true,
): boolean {
  return expected.some(
    ({ code, pointer, offset }) =>
      code === found?.code && pointer === found.pointer && (offset === found.offset || !withOffset),
  );
}

/** Whether a message was written as expected, or refused for one of the expected violations. */
export function isSameWritten(found: WrittenEvent, expected: WrittenEvent): boolean {
  return (
    found.text === expected.text &&
    // The reference engine has no offsets in messages.
    (expected.violations === undefined ||
      isListed(found.violations?.[0], expected.violations, false))
  );
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
