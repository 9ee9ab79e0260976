import { decodeEventsToBinary, EventStreamError } from "@stepwire/openai-sse";
import { countVerbatim } from "@stepwire/wire";
import type { EventType, EventTypes } from "../schema/event-types.js";
import type { EventReadOptions } from "./options.js";
import type { Rereadable } from "./rereadable.js";

/** Number of events at the start of a transcript that decide its type. */
const SAMPLE_EVENTS = 16;
/** Number of bytes after which no further event is needed to decide. */
const SAMPLE_BYTES = 256 * 1024;

/**
 * Returns the type that describes the first events of a transcript best: the one that keeps the
 * fewest bytes verbatim; the first of these if there are several.
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
  const sample = await measure(first, transcript, options, SAMPLE_EVENTS);
  let best = { type: first, cost: sample.cost };
  for (const type of others) {
    const { cost } = await measure(type, transcript, options, sample.events);
    if (cost < best.cost) {
      best = { type, cost };
    }
  }
  return best.type;
}

interface Sample {
  /** Number of events that were read. */
  readonly events: number;
  /** Number of bytes kept verbatim; infinite if an event is refused. */
  readonly cost: number;
}

async function measure(
  { schema }: EventType,
  transcript: Rereadable,
  options: EventReadOptions,
  maxEvents: number,
): Promise<Sample> {
  let cost = 0;
  let events = 0;
  const source = transcript.peek();
  try {
    for await (const event of decodeEventsToBinary(schema, source, {
      ...options,
      mode: "archive",
    })) {
      cost += countVerbatim(schema, event).unknown;
      events++;
      if (events >= maxEvents || (maxEvents === SAMPLE_EVENTS && transcript.size >= SAMPLE_BYTES)) {
        break;
      }
    }
    return { events, cost };
  } catch (error) {
    if (error instanceof EventStreamError) {
      return { events: Math.max(events, 1), cost: Number.POSITIVE_INFINITY };
    }
    throw error;
  }
}
