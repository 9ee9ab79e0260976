import { fieldAt } from "../state/links.js";

/** Returns the byte that a key moves to; undefined for other keys. */
export function nextOffset(
  { key, ctrlKey, altKey, metaKey }: KeyboardEvent,
  offset: number,
  length: number,
  perRow: number,
): number | undefined {
  if (metaKey) {
    return undefined;
  }
  const rowStart = offset - (offset % perRow);
  const targets: Readonly<Record<string, number>> = {
    ArrowRight: altKey ? nextField(offset) : offset + 1,
    ArrowLeft: altKey ? previousField(offset) : offset - 1,
    ArrowDown: offset + perRow,
    ArrowUp: offset - perRow,
    PageDown: offset + perRow * 8,
    PageUp: offset - perRow * 8,
    Home: ctrlKey ? 0 : rowStart,
    End: ctrlKey ? length - 1 : rowStart + perRow - 1,
  };
  const target = targets[key];
  if (target === undefined) {
    return undefined;
  }
  const isVertical =
    key !== "Home" && key !== "End" && !key.endsWith("Right") && !key.endsWith("Left");
  if (isVertical && (target < 0 || target >= length)) {
    return offset;
  }
  return Math.min(Math.max(target, 0), length - 1);
}

/** Where the next field starts. */
function nextField(offset: number): number {
  let next = offset + 1;
  while (fieldAt(next) !== undefined && fieldAt(next)?.tag.start !== next) {
    next++;
  }
  return next;
}

/** Where the field starts, or, at its start, the one before it. */
function previousField(offset: number): number {
  let previous = offset - 1;
  while (previous > 0 && fieldAt(previous)?.tag.start !== previous) {
    previous--;
  }
  return previous;
}
