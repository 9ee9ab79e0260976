import type { MessageSpan } from "./converted.js";

/** Where each of several messages lies that stand behind their sizes. */
export function spansOf(bytes: Uint8Array): readonly MessageSpan[] {
  const spans: MessageSpan[] = [];
  for (let position = 0; position < bytes.length; ) {
    const sizeStart = position;
    let size = 0;
    let byte = 0x80;
    for (let factor = 1; byte >= 0x80 && position < bytes.length; factor *= 0x80) {
      byte = bytes[position++] ?? 0;
      size += (byte & 0x7f) * factor;
    }
    spans.push({ sizeStart, start: position, end: Math.min(position + size, bytes.length) });
    position += size;
  }
  return spans;
}
