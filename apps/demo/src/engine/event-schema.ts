import type { DescMessage } from "@bufbuild/protobuf";
import { decodeEventsToBinary, EventStreamError, isEventMessage } from "@stepwire/openai-sse";
import { countVerbatim } from "@stepwire/wire";
import { undescribedBytes } from "@stepwire/wire/internal";
import { locateFrames } from "./frames.js";
import { eventSchemas } from "./schema.js";

/** Number of events at the start of a transcript that decide its type. */
const SAMPLE_EVENTS = 16;

/**
 * Returns the event message that describes the first events of a transcript best: the one that keeps
 * the fewest bytes of them verbatim. If several are equal, the first is preferred.
 *
 * @param chosen The result if it is an event message.
 */
export async function eventSchemaOf(text: string, chosen?: DescMessage): Promise<DescMessage> {
  if (chosen !== undefined && isEventMessage(chosen)) {
    return chosen;
  }
  const sample = text.slice(0, endOfSample(text));
  let [best] = eventSchemas;
  let fewest = Number.POSITIVE_INFINITY;
  for (const schema of eventSchemas) {
    const verbatim = await verbatimBytes(schema, sample);
    if (verbatim < fewest) {
      [best, fewest] = [schema, verbatim];
    }
  }
  return best;
}

function endOfSample(text: string): number {
  let end = 0;
  let events = 0;
  for (const frame of locateFrames(text)) {
    end = frame.end;
    events++;
    if (events === SAMPLE_EVENTS) {
      break;
    }
  }
  return end;
}

async function verbatimBytes(schema: DescMessage, sample: string): Promise<number> {
  let bytes = 0;
  try {
    const source = new Blob([sample, "\n\n"]).stream();
    for await (const event of decodeEventsToBinary(schema, source, { mode: "archive" })) {
      const counts = countVerbatim(schema, event);
      bytes += undescribedBytes(counts) + counts.text;
    }
    return bytes;
  } catch (reason) {
    if (reason instanceof EventStreamError) {
      return Number.POSITIVE_INFINITY;
    }
    throw reason;
  }
}
