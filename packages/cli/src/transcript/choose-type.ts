import { decodeEventsToBinary, EventStreamError } from "@stepwire/openai-sse";
import { countVerbatim, undescribedBytes } from "@stepwire/wire";
import type { EventType, EventTypes } from "../schema/event-types.js";
import type { EventReadOptions } from "./options.js";
import type { Rereadable } from "./rereadable.js";

/** Number of events at the start of a transcript that decide its type. */
const SAMPLE_EVENTS = 16;
/** Number of bytes after which no further event is needed to decide. */
const SAMPLE_BYTES = 256 * 1024;

/**
 * Returns the type that describes the first events of a transcript best: the one that refuses the
 * fewest events, and keeps the fewest bytes verbatim; the first of these if there are several.
 */
export async function chooseEventType(
  types: EventTypes,
  transcript: Rereadable,
  options: EventReadOptions,
): Promise<EventType> {
  const [first, ...others] = types;
  if (others.length === 0) {
    return first;
  }
  const isEnough = (events: number): boolean =>
    events >= SAMPLE_EVENTS || transcript.size >= SAMPLE_BYTES;
  let best = await measure(first, transcript, options, isEnough);
  const { events } = best;
  for (const type of others) {
    const other = await measure(type, transcript, options, (count) => count >= events);
    if (isBetter(other, best)) {
      best = other;
    }
  }
  return best.type;
}

interface Sample {
  readonly type: EventType;
  /** Number of events that were read, including refused ones. */
  readonly events: number;
  readonly refused: number;
  /** Number of bytes kept verbatim. */
  readonly verbatim: number;
}

function isBetter(one: Sample, other: Sample): boolean {
  return one.refused === other.refused
    ? one.verbatim < other.verbatim
    : one.refused < other.refused;
}

/** @param isEnough returns whether the sample is complete with this number of events. */
async function measure(
  type: EventType,
  transcript: Rereadable,
  options: EventReadOptions,
  isEnough: (events: number) => boolean,
): Promise<Sample> {
  const { schema } = type;
  let [converted, refused, verbatim] = [0, 0, 0];
  const events = decodeEventsToBinary(schema, transcript.peek(), {
    ...options,
    mode: "archive",
    onRefused: () => {
      refused++;
    },
  });
  try {
    for await (const event of events) {
      verbatim += undescribedBytes(countVerbatim(schema, event));
      converted++;
      if (isEnough(converted + refused)) {
        break;
      }
    }
  } catch (error) {
    if (!(error instanceof EventStreamError)) {
      throw error;
    }
    // The error ends the transcript for every type.
  }
  return { type, events: converted + refused, refused, verbatim };
}
