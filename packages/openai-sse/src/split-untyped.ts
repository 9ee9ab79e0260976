import type { EventFrame } from "./frame.js";
import { type FrameForm, FrameReader } from "./frame-reader.js";
import { createTextReader } from "./utf8.js";

const untypedForm: FrameForm = { keepsIds: true, isEndName: () => true, contentPointer: "/data" };

/**
 * Splits a whole stream into its events, whatever they are. Bytes that are not UTF-8 are kept. For
 * tools that compare streams; the caller bounds the size.
 */
export function splitUntypedEvents(bytes: Uint8Array): EventFrame[] {
  const reader = new FrameReader(untypedForm, createTextReader("replace"), {
    mode: "archive",
    maxEventBytes: Number.MAX_SAFE_INTEGER,
  });
  const events: EventFrame[] = [];
  const take = (): void => {
    for (let event = reader.next(); event !== undefined; event = reader.next()) {
      const { name, data, id } = event;
      events.push({ name: name.slice(), data: data?.slice(), id: id?.slice() });
    }
  };
  reader.feed(bytes);
  take();
  reader.close();
  take();
  return events;
}
