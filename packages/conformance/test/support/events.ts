import type { DescMessage } from "@bufbuild/protobuf";
import {
  createEventBlockDecoder,
  type EventDecodeOptions,
  type EventFrame,
  EventStreamError,
  encodeEventsFromBinary,
  splitEvents,
} from "@stepwire/openai-sse";
import type { EventOptions, EventResult, WasmHost } from "../wasm-host.js";

/** A violation of a refused event; the offset is in the bytes of its payload. */
interface EventViolation {
  readonly code: string;
  readonly pointer: string;
  readonly offset: number | undefined;
}

/** What a reader makes of a stream. */
export interface ReadEvents {
  /** The messages in hexadecimal. */
  readonly events: readonly string[];
  /** For each refused event its number, and the violations that it may have been refused for. */
  readonly refusals: readonly { readonly event: number; readonly violations: EventViolation[] }[];
  /** Whether the last refusal ended the stream. */
  readonly isBroken: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const NOWHERE = 0xffffffff;

/** Reads a stream by `stepwire.wasm`, as docs/kernel-abi.md tells hosts to. */
export class WasmEventReader {
  readonly messages: Uint8Array[] = [];
  readonly refusals: { event: number; violations: EventViolation[] }[] = [];
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
  readonly #options: EventOptions;

  constructor(host: WasmHost, options: EventOptions) {
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
    const isCandidate = this.#options.lenient
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
      const options = { ...this.#options, first: this.#first, last };
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
      const { end, code, pointer, offset } = result.refused;
      const violation = { code, pointer, offset: offset === NOWHERE ? undefined : offset };
      this.refusals.push({ event: this.#count, violations: [violation] });
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
  options: EventOptions,
): ReadEvents {
  const reader = new WasmEventReader(host, options);
  for (const chunk of chunks) {
    reader.push(chunk);
  }
  reader.end();
  const { messages, refusals, isBroken } = reader;
  return { events: messages.map(hex), refusals, isBroken };
}

/** Reads a stream by `@stepwire/openai-sse`. */
export async function readByTypeScript(
  schema: DescMessage,
  stream: Uint8Array,
  { mode, maxSize, maxDepth, lenient }: EventOptions,
): Promise<ReadEvents> {
  const refusals: { event: number; violations: EventViolation[] }[] = [];
  const note = ({ event, violations }: EventStreamError): void => {
    refusals.push({
      event,
      violations: violations.map(({ code, pointer, offset }) => ({
        code,
        pointer: pointer.toWellFormed(),
        offset,
      })),
    });
  };
  const options: EventDecodeOptions = {
    mode,
    framing: lenient ? "lenient" : "standard",
    onRefused: note,
    ...(maxSize !== undefined && { maxEventBytes: maxSize }),
    ...(maxDepth !== undefined && { maxDepth: maxDepth - 1 }),
  };
  const events: string[] = [];
  let isBroken = false;
  const decoder = createEventBlockDecoder(schema, options);
  const takeAll = (): void => {
    for (let block = decoder.next(); block !== undefined; block = decoder.next()) {
      events.push(...block.map(hex));
    }
  };
  try {
    decoder.feed(stream);
    takeAll();
    decoder.close();
    takeAll();
  } catch (error) {
    if (!(error instanceof EventStreamError)) {
      throw error;
    }
    note(error);
    isBroken = true;
  }
  if (refusals.length > 0) {
    await toByteOffsets(refusals, splitEvents(schema, [stream], options));
  }
  return { events, refusals, isBroken };
}

/** Converts offsets in code units of payloads to offsets in bytes. */
async function toByteOffsets(
  refusals: { event: number; violations: EventViolation[] }[],
  frames: AsyncIterable<EventFrame>,
): Promise<void> {
  const payloads: string[] = [];
  try {
    for await (const { data } of frames) {
      payloads.push(Buffer.from(data ?? []).toString());
    }
  } catch {
    // The event that ends the stream has no payload.
  }
  for (const refusal of refusals) {
    refusal.violations = refusal.violations.map(({ offset, ...violation }) => ({
      ...violation,
      offset:
        offset === undefined
          ? undefined
          : Buffer.byteLength(payloads[refusal.event]?.slice(0, offset) ?? ""),
    }));
  }
}

/** What became of messages that are written as server-sent events. */
export interface WrittenEvent {
  readonly text?: string;
  readonly violations?: readonly EventViolation[];
}

export function writeByTypeScript(schema: DescMessage, message: Uint8Array): WrittenEvent {
  try {
    return { text: Buffer.from(encodeEventsFromBinary(schema, [message])).toString() };
  } catch (error) {
    if (!(error instanceof EventStreamError)) {
      throw error;
    }
    const violations = error.violations.map(({ code, pointer, offset = 0 }) => ({
      code,
      pointer: pointer.toWellFormed(),
      // Only malformed messages have an offset. That of malformed text in a residue is none in the
      // message.
      offset: code === "malformed_binary" && offset <= message.length ? offset : undefined,
    }));
    return { violations };
  }
}

export function writeByWasm(host: WasmHost, message: Uint8Array): WrittenEvent {
  const result: EventResult = host.convertEvents("unpackEvents", joinMessages([message]));
  const { refused, output } = result;
  return refused === undefined
    ? { text: Buffer.from(output).toString() }
    : {
        violations: [
          {
            code: refused.code,
            pointer: refused.pointer,
            offset: refused.offset === NOWHERE ? undefined : refused.offset,
          },
        ],
      };
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
      code === found?.code &&
      pointer === found.pointer &&
      (offset === found.offset || (!withOffset && offset === undefined)),
  );
}

/** Whether a message was written as expected, or refused for one of the expected violations. */
export function isSameWritten(found: WrittenEvent, expected: WrittenEvent): boolean {
  return (
    found.text === expected.text &&
    // The reference engine gives offsets only for malformed messages.
    (expected.violations === undefined ||
      isListed(found.violations?.[0], expected.violations, false))
  );
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
