import { splitUntypedEvents } from "@stepwire/openai-sse/internal";
import { decodeText } from "./text.js";

/** An event of a stream, as text. */
export interface RecordedEvent {
  /** The value of the line `event:`; empty if there is none. */
  readonly name: string;
  /** The payload; undefined if there is no line `data:`. */
  readonly data: string | undefined;
  /** The value of the event's own line `id:`. */
  readonly id: string | undefined;
}

/** Splits a stream into its events, by the rules of server-sent events. */
export function readEvents(bytes: Uint8Array): RecordedEvent[] {
  const read = (value: Uint8Array | undefined): string | undefined => value && decodeText(value);
  return splitUntypedEvents(bytes).map(({ name, data, id }) => ({
    name: read(name) ?? "",
    data: read(data),
    id: read(id),
  }));
}
