import { toBinary } from "@bufbuild/protobuf";
import { sizeDelimitedEncode } from "@bufbuild/protobuf/wire";
import { AccumulationError, createAccumulator } from "@stepwire/accumulate";
import {
  RunStepDeltaSchema,
  RunStepSchema,
  type StreamEvent,
  StreamEventSchema,
} from "@stepwire/core";
import { stringifyOpenAI } from "@stepwire/openai-json";
import { decodeEvents, EventStreamError } from "@stepwire/openai-sse";
import type { StreamEventView, StreamFrame, StreamOverview } from "../model/stream.js";
import { type FramePlace, locateFrames } from "./frames.js";
import { snapshotOf } from "./snapshot.js";

/** Plays a transcript forwards, and anew from its start if it has to go back. */
export class StreamPlayer {
  readonly #events: StreamEvent[] = [];
  #accumulator = createAccumulator(StreamEventSchema, { objects: [RunStepSchema] });
  #position = -1;

  /** Reads a transcript as far as it goes. */
  async open(text: string): Promise<StreamOverview> {
    const frames = Array.from(locateFrames(text));
    const views: StreamEventView[] = [];
    try {
      for await (const event of decodeEvents(StreamEventSchema, new Blob([text]).stream())) {
        views.push(describeEvent(event, text, frames[this.#events.length]));
        this.#events.push(event);
      }
    } catch (reason) {
      if (!(reason instanceof EventStreamError)) {
        throw reason;
      }
      return { events: views, problem: reason.message };
    }
    return { events: views };
  }

  /** The steps after an event; -1 is before the first. */
  seek(event: number): StreamFrame {
    if (event < this.#position) {
      this.#accumulator = createAccumulator(StreamEventSchema, { objects: [RunStepSchema] });
      this.#position = -1;
    }
    while (this.#position < event && this.#position + 1 < this.#events.length) {
      this.#position++;
      this.#apply(this.#events[this.#position]);
    }
    return {
      event: this.#position,
      steps: this.#accumulator.objects(RunStepSchema).map(snapshotOf),
    };
  }

  #apply(event: StreamEvent | undefined): void {
    try {
      if (event !== undefined) {
        this.#accumulator.apply(event);
      }
    } catch (reason) {
      if (!(reason instanceof AccumulationError)) {
        throw reason;
      }
      // The event changes nothing; the next one may fit again.
    }
  }
}

function describeEvent(
  message: StreamEvent,
  text: string,
  frame: FramePlace | undefined,
): StreamEventView {
  const { start, end } = frame ?? { start: 0, end: 0 };
  const eventText = text.slice(start, end);
  const name = frame?.event && text.slice(frame.event.start, frame.event.end);
  return {
    name: name ?? "message",
    // The blank line that ends an event belongs to it.
    eventBytes: new TextEncoder().encode(eventText).length + 1,
    binaryBytes: sizeDelimitedEncode(StreamEventSchema, message).length,
    summary: summarize(message),
    range: { start, end },
  };
}

function summarize({ event }: StreamEvent): string {
  switch (event.case) {
    case "runStepDelta": {
      const json = stringifyOpenAI(RunStepDeltaSchema, event.value);
      return lastText(json) ?? `${toBinary(RunStepDeltaSchema, event.value).length} bytes`;
    }
    case "runStepCreated":
    case "runStepInProgress":
    case "runStepCompleted":
    case "runStepFailed":
    case "runStepCancelled":
    case "runStepExpired":
      return event.value.id;
    default:
      return "";
  }
}

const TEXT_MEMBER =
  /"(?:input|arguments|output|logs|text|message_id|file_id|name)":("(?:[^"\\]|\\.)+")/g;

/** The last text that a delta brings. */
function lastText(json: string): string | undefined {
  const text = Array.from(json.matchAll(TEXT_MEMBER)).at(-1)?.[1];
  return text === undefined ? undefined : String(JSON.parse(text));
}
