import type { DescMessage, Message } from "@bufbuild/protobuf";
import { sizeDelimitedEncode } from "@bufbuild/protobuf/wire";
import { AccumulationError, createAccumulator } from "@stepwire/accumulate";
import { decodeEvents, EventStreamError } from "@stepwire/openai-sse";
import type { PlayedEvent, StepSnapshot, StreamFrame, StreamOverview } from "../model/stream.js";
import { eventSchemaOf } from "./event-schema.js";
import { type FramePlace, locateFrames } from "./frames.js";
import { eventSchemas } from "./schema.js";
import { jsonOf, snapshotOf, textsIn } from "./snapshot.js";

/** Plays a transcript. To go back, it plays again from the start. */
export class StreamPlayer {
  readonly #events: Message[] = [];
  #schema: DescMessage = eventSchemas[0];
  #accumulator = createAccumulator(this.#schema);
  #position = -1;

  /** Reads a transcript up to its end or its first error. */
  async open(text: string): Promise<StreamOverview> {
    this.#schema = await eventSchemaOf(text);
    this.#accumulator = createAccumulator(this.#schema);
    const frames = Array.from(locateFrames(text));
    const views: PlayedEvent[] = [];
    try {
      for await (const event of decodeEvents(this.#schema, new Blob([text]).stream())) {
        views.push(describeEvent(this.#schema, event, text, frames[this.#events.length]));
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
      this.#accumulator = createAccumulator(this.#schema);
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

function describeEvent(
  schema: DescMessage,
  message: Message,
  text: string,
  frame: FramePlace | undefined,
): PlayedEvent {
  const { start, end } = frame ?? { start: 0, end: 0 };
  const eventText = text.slice(start, end);
  const binaryBytes = sizeDelimitedEncode(schema, message).length;
  return {
    name: nameOf(schema, message),
    // The blank line that ends an event belongs to it.
    eventBytes: new TextEncoder().encode(eventText).length + 1,
    binaryBytes,
    summary: summarize(schema, message, binaryBytes),
    range: { start, end },
  };
}

/** The name of an event, also if only its payload has it. */
function nameOf(schema: DescMessage, message: Message): string {
  const { event } = jsonOf(schema, message);
  return typeof event === "string" && event !== "" ? event : "message";
}

/** What an event brings: the last text of a delta, or the identifier of an object. */
function summarize(schema: DescMessage, event: Message, size: number): string {
  const { data } = jsonOf(schema, event);
  if (typeof data !== "object" || data === null) {
    return "";
  }
  const deltas = deltasIn(data);
  if (deltas.length > 0) {
    return textsIn(deltas).at(-1)?.text ?? `${size} bytes`;
  }
  return "id" in data ? String(data.id) : "";
}

/** Returns the deltas in an object, or in the elements of its lists. */
function deltasIn(value: object): unknown[] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    if (name === "delta") {
      return [member];
    }
    return Array.isArray(member)
      ? member.flatMap((each: unknown) =>
          typeof each === "object" && each !== null ? deltasIn(each) : [],
        )
      : [];
  });
}
