import { findJsonPlaces, pointerTo, type TextRange } from "@stepwire/json";
import type { TextPlace } from "../model/conversion.js";

/** A server-sent event within a transcript. */
export interface FramePlace extends TextRange {
  /** The range of the value of each field. */
  readonly event: TextRange | undefined;
  readonly data: readonly TextRange[];
}

const LINE = /([^\r\n]*)(\r\n|\n|\r|$)/y;

/** Finds the place of each event in a transcript. `@stepwire/openai-sse` interprets the events. */
export function* locateFrames(text: string): Generator<FramePlace, void> {
  let frame: { start: number; event: TextRange | undefined; data: TextRange[] } | undefined;
  let position = 0;
  while (position < text.length) {
    LINE.lastIndex = position;
    const [whole = "", line = ""] = LINE.exec(text) ?? [];
    const end = position + whole.length;
    if (line === "") {
      if (frame !== undefined) {
        yield { ...frame, end: position };
      }
      frame = undefined;
    } else {
      const field = readField(line, position);
      if (field !== undefined) {
        frame ??= { start: position, event: undefined, data: [] };
        if (field.name === "data") {
          frame.data.push(field.value);
        } else {
          frame.event = field.value;
        }
      }
    }
    position = end;
  }
  if (frame !== undefined) {
    yield { ...frame, end: text.length };
  }
}

function readField(
  line: string,
  start: number,
): { readonly name: "event" | "data"; readonly value: TextRange } | undefined {
  const [head, name] = /^(event|data)(?:: ?|$)/.exec(line) ?? [];
  if (head === undefined || (name !== "event" && name !== "data")) {
    return undefined;
  }
  return { name, value: { start: start + head.length, end: start + line.length } };
}

/** Returns the payload of an event: its `data` lines, joined by line breaks. */
export function frameData(text: string, { data }: FramePlace): string {
  return data.map(({ start, end }) => text.slice(start, end)).join("\n");
}

/** The JSON values of an event, as the document `{"event": name, "data": payload}` has them. */
export function framePlaces(text: string, frame: FramePlace, document: number): TextPlace[] {
  const inText = textPositions(frame);
  const data = frameData(text, frame);
  const payload = findJsonPlaces(data).map(({ pointer, name, start, end }) => ({
    document,
    pointer: `/data${pointer}`,
    start: inText(start),
    // A payload that is not JSON, such as `[DONE]`, is one value: all of its text.
    end: inText(pointer === "" ? data.trimEnd().length : end),
    ...(name && { name: { start: inText(name.start), end: inText(name.end) } }),
  }));
  const whole = { document, pointer: "", start: frame.start, end: frame.end };
  const { event } = frame;
  return event === undefined
    ? [whole, ...payload]
    : [whole, { document, pointer: pointerTo("", "event"), ...event }, ...payload];
}

/** Turns offsets within an event's payload into offsets within the transcript. */
export function textPositions({ data, start }: FramePlace): (offset: number) => number {
  return (offset) => {
    let rest = offset;
    for (const line of data) {
      const length = line.end - line.start;
      if (rest <= length) {
        return line.start + rest;
      }
      rest -= length + 1;
    }
    return data.at(-1)?.end ?? start;
  };
}
