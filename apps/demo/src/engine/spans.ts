import { archiveSizeAt } from "@stepwire/wire";
import type { MessageSpan } from "./converted.js";

/** Returns the position of each message in a sequence like an archive, with a size before each. */
export function spansOf(bytes: Uint8Array): readonly MessageSpan[] {
  const spans: MessageSpan[] = [];
  for (let position = 0; position < bytes.length; ) {
    const { size, start } = archiveSizeAt(bytes, position);
    const end = Math.min(start + size, bytes.length);
    spans.push({ sizeStart: position, start, end });
    position = end;
  }
  return spans;
}
