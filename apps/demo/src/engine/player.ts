import type { Message } from "@bufbuild/protobuf";
import { sizeDelimitedEncode } from "@bufbuild/protobuf/wire";
import { AccumulationError, createAccumulator } from "@stepwire/accumulate";
import { decodeEvents, EventStreamError } from "@stepwire/openai-sse";
import type { PlayedEvent, StepSnapshot, StreamFrame, StreamOverview } from "../model/stream.js";
import { type FramePlace, locateFrames } from "./frames.js";
import { eventSchema } from "./schema.js";
import { jsonOf, snapshotOf, textsIn } from "./snapshot.js";

/** Plays a transcript. To go back, it plays again from the start. */
export class StreamPlayer {
  readonly #events: Message[] = [];
  #accumulator = createAccumulator(eventSchema);
  #position = -1;

  /** Reads a transcript up to its end or its first error. */
  async open(text: string): Promise<StreamOverview> {
    const frames = Array.from(locateFrames(text));
    const views: PlayedEvent[] = [];
    try {
      for await (const event of decodeEvents(eventSchema, new Blob([text]).stream())) {
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

  /** The objects after an event; -1 is before the first. */
  seek(event: number): StreamFrame {
    if (event < this.#position) {
      this.#accumulator = createAccumulator(eventSchema);
      this.#position = -1;
    }
    while (this.#position < event && this.#position + 1 < this.#events.length) {
      this.#position++;
      this.#apply(this.#events[this.#position]);
    }
    return { event: this.#position, steps: this.#snapshots() };
  }

  #snapshots(): StepSnapshot[] {
    const accumulator = this.#accumulator;
    return accumulator.schemas.flatMap((schema) =>
      accumulator.objects(schema).map((object) => snapshotOf(schema, object)),
    );
  }

  #apply(event: Message | undefined): void {
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

function describeEvent(message: Message, text: string, frame: FramePlace | undefined): PlayedEvent {
  const { start, end } = frame ?? { start: 0, end: 0 };
  const eventText = text.slice(start, end);
  const binaryBytes = sizeDelimitedEncode(eventSchema, message).length;
  const name = frame?.event && text.slice(frame.event.start, frame.event.end);
  return {
    name: name ?? "message",
    // The blank line that ends an event belongs to it.
    eventBytes: new TextEncoder().encode(eventText).length + 1,
    binaryBytes,
    summary: summarize(message, binaryBytes),
    range: { start, end },
  };
}

/** What an event brings: the last text of a delta, or the identifier of an object. */
function summarize(event: Message, size: number): string {
  const { data } = jsonOf(eventSchema, event);
  if (typeof data !== "object" || data === null) {
    return "";
  }
  if ("delta" in data) {
    return textsIn(data.delta).at(-1)?.text ?? `${size} bytes`;
  }
  return "id" in data ? String(data.id) : "";
}
