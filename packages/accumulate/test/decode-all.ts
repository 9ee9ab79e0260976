import { type StreamEvent, StreamEventSchema } from "@stepwire/core";
import { decodeEvents, type EventDecodeOptions } from "@stepwire/openai-sse";

/** All events of a stream. */
export async function decodeAll(
  source: string | Uint8Array,
  options?: EventDecodeOptions,
): Promise<StreamEvent[]> {
  const bytes = typeof source === "string" ? new TextEncoder().encode(source) : source;
  const events: StreamEvent[] = [];
  for await (const event of decodeEvents(
    StreamEventSchema,
    new Blob([bytes.slice()]).stream(),
    options,
  )) {
    events.push(event);
  }
  return events;
}
