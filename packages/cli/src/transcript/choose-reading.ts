import { decodeEventsToBinary, EventStreamError } from "@stepwire/openai-sse";
import { countVerbatim } from "@stepwire/wire";
import { undescribedBytes } from "@stepwire/wire/internal";
import type { EventType, EventTypes } from "../schema/event-types.js";
import type { EventReadOptions, Framing, FramingChoice } from "./options.js";
import type { Rereadable } from "./rereadable.js";

/** Number of events at the start of a transcript that decide how it is read. */
const SAMPLE_EVENTS = 16;
/** Number of bytes after which no further event is needed to decide. */
const SAMPLE_BYTES = 256 * 1024;

/** How a transcript is read. */
export interface Reading {
  readonly type: EventType;
  readonly options: EventReadOptions<Framing>;
}

/**
 * Returns the type and the framing that describe the first events of a transcript best: those with
 * which the fewest events are refused; of these, the fewest payloads are not JSON; of these, the
 * fewest bytes are kept verbatim. If several are equal, standard framing and the first type are
 * preferred.
 */
export async function chooseReading(
  types: EventTypes,
  transcript: Rereadable,
  { framing, ...limits }: EventReadOptions<FramingChoice>,
): Promise<Reading> {
  const [type, ...others] = types;
  if (framing !== "auto" && others.length === 0) {
    return { type, options: { ...limits, framing } };
  }
  // Lenient framing also ends the events of a transcript that would be one event otherwise, so it
  // decides how long the sample is.
  const first = { type, options: { ...limits, framing: framing === "auto" ? "lenient" : framing } };
  const sample = await measure(
    first,
    // Comments may take any number of bytes before the first event.
    transcript.peek(limits.maxEventBytes + SAMPLE_BYTES),
    (events) => events >= SAMPLE_EVENTS || transcript.size >= SAMPLE_BYTES,
  );
  const isEnough = (events: number): boolean => events >= sample.events;
  let best: { readonly reading: Reading; readonly sample: Sample } | undefined;
  for (const reading of readingsOf(types, limits, framing)) {
    const other = await measure(reading, transcript.again(), isEnough);
    if (best === undefined || isBetter(other, best.sample)) {
      best = { reading, sample: other };
    }
  }
  return best?.reading ?? first;
}

/** Returns all ways to read a transcript, in the order of preference. */
function readingsOf(
  types: EventTypes,
  limits: Omit<EventReadOptions<Framing>, "framing">,
  choice: FramingChoice,
): Reading[] {
  const framings: readonly Framing[] = choice === "auto" ? ["standard", "lenient"] : [choice];
  return framings.flatMap((framing) =>
    types.map((type) => ({ type, options: { ...limits, framing } })),
  );
}

interface Sample {
  /** Number of events that were read, including refused ones. */
  readonly events: number;
  readonly refused: number;
  /** Number of events whose payload is not JSON. */
  readonly texts: number;
  /** Number of bytes kept verbatim. */
  readonly verbatim: number;
}

function isBetter(one: Sample, other: Sample): boolean {
  const order =
    one.refused - other.refused || one.texts - other.texts || one.verbatim - other.verbatim;
  return order < 0;
}

/** @param isEnough returns whether the sample is complete with this number of events. */
async function measure(
  { type: { schema }, options }: Reading,
  source: AsyncIterable<Uint8Array>,
  isEnough: (events: number) => boolean,
): Promise<Sample> {
  let [converted, refused, texts, verbatim] = [0, 0, 0, 0];
  const events = decodeEventsToBinary(schema, source, {
    ...options,
    mode: "archive",
    onRefused: () => {
      refused++;
    },
  });
  try {
    for await (const event of events) {
      const counts = countVerbatim(schema, event);
      texts += counts.text > 0 ? 1 : 0;
      verbatim += undescribedBytes(counts);
      converted++;
      if (isEnough(converted + refused)) {
        break;
      }
    }
  } catch (error) {
    if (!(error instanceof EventStreamError)) {
      throw error;
    }
    // The event cannot be split off, and the transcript ends.
    refused++;
  }
  return { events: converted + refused, refused, texts, verbatim };
}
