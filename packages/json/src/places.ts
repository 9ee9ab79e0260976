import { JsonError } from "./fault.js";
import { TextParser } from "./parser.js";
import { pointerTo } from "./pointer.js";

/** A part of a text, in UTF-16 code units. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A member of an object, an element of an array, or the document itself, and its place. */
export interface JsonPlace extends TextRange {
  /** As a JSON Pointer (RFC 6901). */
  readonly pointer: string;
  /** The name with its quotes; absent for elements and for the document. */
  readonly name?: TextRange;
}

/**
 * Returns the place of each value in a JSON text, outer values first. If the text is
 * malformed or cut off, the places before that offset are found all the same.
 *
 * @param maxDepth values on deeper levels are not found. @defaultValue 1,000
 */
export function findJsonPlaces(text: string, maxDepth = 1000): readonly JsonPlace[] {
  const places: JsonPlace[] = [];
  const open: Omit<JsonPlace, "end">[] = [];
  let name: TextRange | undefined;
  const close = (end: number): void => {
    const place = open.pop();
    if (place !== undefined) {
      places.push({ ...place, end });
    }
  };
  try {
    new TextParser(text, new Map()).parse(maxDepth, {
      open(start, key) {
        const parent = open.at(-1)?.pointer ?? "";
        const pointer = key === undefined ? "" : pointerTo(parent, key);
        open.push({ pointer, start, ...(typeof key === "string" && name && { name }) });
      },
      name(start, end) {
        name = { start, end };
      },
      close,
    });
  } catch (reason) {
    if (!(reason instanceof JsonError)) {
      throw reason;
    }
    while (open.length > 0) {
      close(reason.fault.offset ?? text.length);
    }
  }
  return places.sort((a, b) => a.start - b.start || b.end - a.end);
}
