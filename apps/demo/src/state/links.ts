import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { parentPointer, type TextRange } from "@stepwire/json";
import type { BinaryField, ByteRange, TextPlace } from "../model/conversion.js";
import { conversion } from "./store.js";

/** A place that the reader looks at: a character of the text, or a byte. */
export interface Spot {
  readonly in: "text" | "bytes";
  readonly offset: number;
}

/** What the pointer is over. */
export const hovered: Signal<Spot | undefined> = signal(undefined);
/** Where the keyboard is. */
export const focused: Signal<Spot | undefined> = signal(undefined);

/** A part of the text that the caret is to go to. A new object is a new request. */
export const jump: Signal<TextRange | undefined> = signal(undefined);

/** Moves the caret to a part of the text. */
export function jumpTo({ start, end }: TextRange): void {
  jump.value = { start, end };
}

/** The values at a spot, in both forms. */
export interface Link {
  readonly spot: Spot;
  readonly place: TextPlace | undefined;
  readonly field: BinaryField | undefined;
  readonly textRanges: readonly TextRange[];
  readonly byteRanges: readonly ByteRange[];
}

interface Index {
  /** For each byte the innermost field that it belongs to. */
  readonly owners: Int32Array;
  readonly fieldsByPointer: ReadonlyMap<string, readonly BinaryField[]>;
  readonly fieldsByTagPointer: ReadonlyMap<string, BinaryField>;
  readonly placeByPointer: ReadonlyMap<string, TextPlace>;
}

const index: ReadonlySignal<Index> = computed(() => {
  const { fields = [], places = [], binary } = conversion.value ?? {};
  const owners = new Int32Array(binary?.length ?? 0).fill(-1);
  const fieldsByPointer = new Map<string, BinaryField[]>();
  const fieldsByTagPointer = new Map<string, BinaryField>();
  for (const [position, field] of fields.entries()) {
    owners.fill(position, field.tag.start, field.value.end);
    for (const pointer of field.kind === "size" ? [] : field.pointers) {
      const key = keyOf(field.document, pointer);
      const known = fieldsByPointer.get(key);
      if (known === undefined) {
        fieldsByPointer.set(key, [field]);
      } else {
        known.push(field);
      }
    }
    if (field.tagPointer !== undefined) {
      fieldsByTagPointer.set(keyOf(field.document, field.tagPointer), field);
    }
  }
  const placeByPointer = new Map(
    places.map((place) => [keyOf(place.document, place.pointer), place]),
  );
  return { owners, fieldsByPointer, fieldsByTagPointer, placeByPointer };
});

/** The values that are highlighted: those under the pointer, otherwise those at the caret. */
export const link: ReadonlySignal<Link | undefined> = computed(() => {
  const spot = hovered.value ?? focused.value;
  if (spot === undefined) {
    return undefined;
  }
  return spot.in === "bytes" ? linkByte(spot) : linkText(spot);
});

/** The field that a byte belongs to. */
export function fieldAt(offset: number): BinaryField | undefined {
  const position = index.value.owners[offset] ?? -1;
  return conversion.value?.fields[position];
}

function linkByte(spot: Spot): Link | undefined {
  const field = fieldAt(spot.offset);
  if (field === undefined) {
    return undefined;
  }
  const onTag = spot.offset < field.tag.end;
  const pointers =
    onTag && field.tagPointer !== undefined
      ? [field.tagPointer, ...field.pointers]
      : field.pointers;
  const places = pointers.flatMap((pointer) => findPlace(field.document, pointer) ?? []);
  return {
    spot,
    field,
    place: places[0],
    textRanges: places.map(rangeOf),
    byteRanges: [wholeField(field)],
  };
}

function linkText(spot: Spot): Link | undefined {
  const place = innermost(spot.offset);
  // A document by itself is all of the bytes, which says nothing.
  if (place === undefined || (place.pointer === "" && conversion.value?.form === "json")) {
    return undefined;
  }
  const common = { spot, place, textRanges: [rangeOf(place)] };
  const key = keyOf(place.document, place.pointer);
  const fields = index.value.fieldsByPointer.get(key) ?? keptWithin(place);
  const last = fields?.at(-1);
  if (fields !== undefined && last !== undefined) {
    const start = Math.min(...fields.map(({ tag }) => tag.start));
    const end = Math.max(...fields.map(({ value }) => value.end));
    return { ...common, field: last, byteRanges: [{ start, end }] };
  }
  const tagged = index.value.fieldsByTagPointer.get(key);
  return { ...common, field: tagged, byteRanges: tagged === undefined ? [] : [tagged.tag] };
}

/** The residue that keeps a value as part of a larger text. */
function keptWithin({ document, pointer }: TextPlace): readonly BinaryField[] | undefined {
  for (let around = parentPointer(pointer); around; around = parentPointer(around)) {
    const fields = index.value.fieldsByPointer.get(keyOf(document, around));
    if (fields !== undefined) {
      const kept = fields.some(({ isResidue }) => isResidue);
      return kept ? fields : undefined;
    }
  }
  return undefined;
}

/** The place of a value, or of the nearest one around it that has one. */
function findPlace(document: number, pointer: string): TextPlace | undefined {
  for (let each: string | undefined = pointer; each !== undefined; each = parentPointer(each)) {
    const place = index.value.placeByPointer.get(keyOf(document, each));
    if (place !== undefined) {
      return place;
    }
  }
  return undefined;
}

/** The smallest value of the text that has a character. */
function innermost(offset: number): TextPlace | undefined {
  let found: TextPlace | undefined;
  for (const place of conversion.value?.places ?? []) {
    const { start, end } = rangeOf(place);
    if (start <= offset && offset < end) {
      found = place;
    }
  }
  return found;
}

/** A value with its name. */
function rangeOf({ name, start, end }: TextPlace): TextRange {
  return { start: name?.start ?? start, end };
}

function wholeField({ tag, value }: BinaryField): ByteRange {
  return { start: tag.start, end: value.end };
}

function keyOf(document: number, pointer: string): string {
  return `${document}${pointer}`;
}
