import { type StreamEvent, StreamEventSchema } from "@stepwire/core";
import {
  decodeEvents,
  type EventDecodeOptions,
  EventStreamError,
  encodeEvents,
} from "../src/index.js";

const encoder = new TextEncoder();

/** Text, or bytes, in chunks of a size. */
export async function* chunksOf(
  source: string | Uint8Array,
  size: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = typeof source === "string" ? encoder.encode(source) : source;
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, Math.min(bytes.length, start + size));
  }
  await Promise.resolve();
}

/** All events of a stream. */
export function decodeAll(
  source: string | Uint8Array,
  options?: EventDecodeOptions,
  size?: number,
): Promise<StreamEvent[]> {
  return collect(decodeEvents(StreamEventSchema, chunksOf(source, size), options));
}

/** The text that events are written as. */
export async function encodeAll(events: Iterable<StreamEvent>): Promise<string> {
  const chunks = await collect(encodeEvents(StreamEventSchema, events));
  return Buffer.concat(chunks).toString();
}

/** The error that a promise is rejected with. */
export async function refusalOf(promise: Promise<unknown>): Promise<EventStreamError> {
  const reason: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (reason instanceof EventStreamError) {
    return reason;
  }
  throw new Error("not refused", { cause: reason });
}

/** All elements of an iterable. */
export async function collect<Element>(source: AsyncIterable<Element>): Promise<Element[]> {
  const elements: Element[] = [];
  for await (const element of source) {
    elements.push(element);
  }
  return elements;
}
