import { type DescMessage, toBinary } from "@bufbuild/protobuf";
import { type StreamEvent, StreamEventSchema } from "@stepwire/core";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { expect } from "vitest";
import {
  decodeEvents,
  decodeEventsToBinary,
  type EventDecodeOptions,
  EventStreamError,
  encodeEventFromBinary,
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

/** Returns the message of a document, in binary as hexadecimal digits. */
export function binaryOf(schema: DescMessage, json: string): string {
  const message = parseOpenAI(schema, json, { mode: "archive" });
  return Buffer.from(toBinary(schema, message)).toString("hex");
}

/** Returns the events of a stream in binary. */
export async function decode(
  schema: DescMessage,
  stream: string,
  options?: EventDecodeOptions,
): Promise<Uint8Array[]> {
  return await collect(decodeEventsToBinary(schema, chunksOf(stream, 50), options));
}

/** Expects that a stream is converted to these documents, and that they are converted back. */
export async function expectStream(
  schema: DescMessage,
  stream: string,
  documents: readonly string[],
): Promise<void> {
  const binaries = await decode(schema, stream, { mode: "archive" });
  const hex = binaries.map((binary) => Buffer.from(binary).toString("hex"));
  expect(hex).toEqual(documents.map((json) => binaryOf(schema, json)));
  const written = binaries.map((binary) => encodeEventFromBinary(schema, binary));
  expect(Buffer.concat(written).toString()).toBe(stream);
  const events = await collect(decodeEvents(schema, chunksOf(stream), { mode: "archive" }));
  expect(events.map((event) => stringifyOpenAI(schema, event))).toEqual(documents);
  const texts = await collect(encodeEvents(schema, events));
  expect(Buffer.concat(texts).toString()).toBe(stream);
}
