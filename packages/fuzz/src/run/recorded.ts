import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { JsonValue } from "@bufbuild/protobuf";
import { corpusStreams, projectRoot } from "@stepwire/testing";
import { readEvents } from "../sse/oracle.js";

/** An event of a recorded stream. */
export interface RecordedEvent {
  readonly event: string;
  readonly data: JsonValue;
}

/** The bytes of recorded streams: the samples, and those of the corpus where it is present. */
export function recordedStreams(): Uint8Array[] {
  const samples = ["samples/stream.sse", "apps/gateway/samples/bakery.sse"];
  return [
    ...samples.map((name) => readFileSync(join(projectRoot, name))),
    ...corpusStreams().map(({ bytes }) => bytes),
  ];
}

/** The bytes of a stream of a response: a sample. */
export function responseStream(): Uint8Array {
  return readFileSync(join(projectRoot, "apps/gateway/samples/response.sse"));
}

/**
 * Recorded streams as events with their payloads: the above, the sample of deltas, and
 * the cases of faults where they are present.
 */
export function recordedEvents(): RecordedEvent[][] {
  const streams = recordedStreams().map((bytes) =>
    readEvents(bytes).events.flatMap(({ event, data }) => {
      const value = parse(data ?? "");
      return value === undefined ? [] : [{ event, data: value }];
    }),
  );
  const deltas = lines(join(projectRoot, "samples/deltas.jsonl")).map((data) => ({
    event: "thread.run.step.delta",
    data,
  }));
  const folder = join(projectRoot, "../shared/cases");
  const cases = existsSync(folder)
    ? globSync(join(folder, "*.jsonl"))
        .sort()
        .map((path) => lines(path).flatMap(toEvent))
    : [];
  return [...streams, deltas, ...cases].filter((stream) => stream.length > 0);
}

function toEvent(line: JsonValue): RecordedEvent[] {
  if (line === null || typeof line !== "object" || Array.isArray(line)) {
    return [];
  }
  const { event, data } = line;
  return typeof event === "string" && data !== undefined ? [{ event, data }] : [];
}

function lines(path: string): JsonValue[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => {
      const value = parse(line);
      if (value === undefined && line !== "") {
        throw new SyntaxError(`${basename(path)} has a line that is not JSON`);
      }
      return value === undefined ? [] : [value];
    });
}

function parse(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
