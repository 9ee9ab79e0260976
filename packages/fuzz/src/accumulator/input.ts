import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { AccumulatorOptions } from "@stepwire/accumulate";
import type { RecordedEvent } from "../run/recorded.js";

/** A stream of events for an accumulator. */
export interface AccumulatorInput {
  readonly limits: AccumulatorOptions;
  readonly events: readonly RecordedEvent[];
}

/**
 * Marks a string as a number that is written as it is: `"@@1e400@@"` becomes `1e400` in
 * the text. JavaScript's own numbers cannot hold every spelling.
 */
export function rawNumber(spelling: string): string {
  return `@@${spelling}@@`;
}

/** The JSON text of an event, as an engine reads it. */
export function eventText({ event, data }: RecordedEvent): string {
  const text = JSON.stringify({ event, data });
  return text.replaceAll(/"@@(-?[0-9][0-9.eE+-]*)@@"/g, "$1");
}

/** Whether a JSON value is an object. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws {TypeError} if a value is not the input of the accumulator. */
export function readAccumulatorInput(json: unknown): AccumulatorInput {
  if (typeof json !== "object" || json === null || !("events" in json)) {
    throw new TypeError("the file has no member `events`");
  }
  // The file was written by this fuzzer.
  return json as AccumulatorInput;
}
