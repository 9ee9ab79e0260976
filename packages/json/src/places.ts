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
  const places: OpenPlace[] = [];
  const open: OpenPlace[] = [];
  let name: TextRange | undefined;
  const close = (end: number): void => {
    const place = open.pop();
    if (place !== undefined) {
      place.end = end;
    }
  };
  try {
    new TextParser(text, new Map()).parse(maxDepth, {
      open(start, key) {
        const pointer = key === undefined ? "" : pointerTo(open.at(-1)?.pointer ?? "", key);
        const place: OpenPlace = { pointer, start, end: start };
        if (typeof key === "string" && name !== undefined) {
          place.name = name;
        }
        places.push(place);
        open.push(place);
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
  return places;
}

/** The end is only known once the value has been read. */
interface OpenPlace extends JsonPlace {
  end: number;
  name?: TextRange;
}
