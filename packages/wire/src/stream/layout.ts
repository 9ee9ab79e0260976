import { varintSize, writeVarint } from "../record.js";
import { NestedValue } from "./nested-value.js";
import { unpackPath } from "./shape.js";
import { copyBytes, type Slot } from "./state.js";

/** A size of up to 7 bytes is exact as a JavaScript number. */
const SIZE_BYTES = 7;

/** Only used within a call. */
const NESTED = new NestedValue();

/** Why paths do not fit a payload. */
export const PathProblem = {
  NONE: 0,
  /** A step leads to a field that does not exist, or that cannot be entered. */
  REFERENCE: 1,
  /** The paths are too large or not in ascending order. */
  MALFORMED: 2,
} as const;

/**
 * The places of the changed values in a payload, and of the messages around them. They move with each
 * event, so that nothing has to be parsed while the shape stays the same.
 */
export class Layout {
  /** Number of places, in the order of the bytes. A message comes before the values in it. */
  count = 0;
  /** Number of places that are changed values. */
  values = 0;
  /** Start and end of the changed values in the bytes of the new event. */
  readonly valueStarts: number[] = [];
  readonly valueEnds: number[] = [];
  /** For each place: offsets of its size, of its content and of the byte after it in the payload. */
  readonly #sizeAt: number[] = [];
  readonly #start: number[] = [];
  readonly #end: number[] = [];
  /** The place around it, or -1; and the index of its value, or -1. */
  readonly #parent: number[] = [];
  readonly #value: number[] = [];
  /** The size of the content in the new event, and how much more that is than before. */
  readonly #size: number[] = [];
  readonly #more: number[] = [];
  readonly #read: number[] = [];
  readonly #steps: number[] = [];
  readonly #previous: number[] = [];
  readonly #path: number[] = [];

  /** Finds the places that paths lead to. */
  find(slot: Slot, paths: readonly number[], count: number): number {
    this.count = 0;
    this.values = 0;
    let before = 0;
    for (let index = 0; index < count; index++) {
      const length = unpackPath(paths[index] ?? 0, this.#steps);
      const common = this.#commonSteps(Math.min(before, length));
      const isAfter =
        before === 0 ||
        (common < before &&
          common < length &&
          (this.#steps[common] ?? 0) > (this.#previous[common] ?? 0));
      if (length === 0 || !isAfter) {
        return PathProblem.MALFORMED;
      }
      for (let depth = common; depth < length; depth++) {
        if (!this.#enter(slot, depth, this.#steps[depth] ?? 0)) {
          return PathProblem.REFERENCE;
        }
      }
      this.#value[this.count - 1] = this.values++;
      for (let depth = 0; depth < length; depth++) {
        this.#previous[depth] = this.#steps[depth] ?? 0;
      }
      before = length;
    }
    return PathProblem.NONE;
  }

  /** Returns how many steps equal those of the previous path. */
  #commonSteps(most: number): number {
    let common = 0;
    while (common < most && this.#steps[common] === this.#previous[common]) {
      common++;
    }
    return common;
  }

  /** Adds the place that the last step of a path leads to. Returns false if there is none. */
  #enter({ bytes, fields: payload }: Slot, depth: number, step: number): boolean {
    const parent = depth === 0 ? -1 : (this.#path[depth - 1] ?? -1);
    const nested = NESTED;
    if (parent >= 0) {
      nested.start = this.#start[parent] ?? 0;
      nested.end = this.#end[parent] ?? 0;
      if (!nested.readFields(bytes)) {
        return false;
      }
    }
    const fields = parent < 0 ? payload : nested.fields;
    if (step >= fields.count || !nested.locateField(bytes, fields, step)) {
      return false;
    }
    const place = this.count++;
    this.#path[depth] = place;
    this.#sizeAt[place] = nested.sizeAt;
    this.#start[place] = nested.start;
    this.#end[place] = nested.end;
    this.#parent[place] = parent;
    this.#value[place] = -1;
    return true;
  }

  /**
   * Finds the changed values in a payload that equals the previous one apart from them. Returns false
   * if it does not, or if the sizes in it are not those that a reader writes.
   */
  match({ bytes, size: former }: Slot, event: Uint8Array, start: number, end: number): boolean {
    let from = 0;
    let at = start;
    for (let place = 0; place < this.count; place++) {
      const sizeAt = this.#sizeAt[place] ?? 0;
      if (!areEqual(bytes, from, sizeAt, event, at)) {
        return false;
      }
      at = this.#readSize(place, event, at + sizeAt - from);
      from = this.#start[place] ?? 0;
      const index = this.#value[place] ?? -1;
      if (index >= 0) {
        this.valueStarts[index] = at;
        at += this.#read[place] ?? 0;
        this.valueEnds[index] = at;
        from = this.#end[place] ?? 0;
      }
      if (at > end) {
        return false;
      }
    }
    return (
      end - at === former - from &&
      areEqual(bytes, from, former, event, at) &&
      former + this.resize() === end - start &&
      this.#hasReadSizes()
    );
  }

  #hasReadSizes(): boolean {
    for (let place = 0; place < this.count; place++) {
      if (this.#read[place] !== this.#size[place]) {
        return false;
      }
    }
    return true;
  }

  #readSize(place: number, event: Uint8Array, start: number): number {
    let at = start;
    let size = 0;
    let factor = 1;
    let byte = 0x80;
    while (byte >= 0x80 && at - start < SIZE_BYTES) {
      byte = event[at++] ?? 0;
      size += (byte & 0x7f) * factor;
      factor *= 0x80;
    }
    this.#read[place] = size;
    return at;
  }

  /**
   * Computes the sizes for new values, whose start and end are set. Returns how many bytes the new
   * payload has more than the previous one.
   */
  resize(): number {
    let total = 0;
    for (let place = 0; place < this.count; place++) {
      this.#more[place] = 0;
    }
    for (let place = this.count - 1; place >= 0; place--) {
      const index = this.#value[place] ?? -1;
      const start = this.#start[place] ?? 0;
      const former = (this.#end[place] ?? 0) - start;
      const size =
        index < 0
          ? former + (this.#more[place] ?? 0)
          : (this.valueEnds[index] ?? 0) - (this.valueStarts[index] ?? 0);
      this.#size[place] = size;
      const more = size - former + varintSize(size) - start + (this.#sizeAt[place] ?? 0);
      const parent = this.#parent[place] ?? -1;
      if (parent < 0) {
        total += more;
      } else {
        this.#more[parent] = (this.#more[parent] ?? 0) + more;
      }
    }
    return total;
  }

  /** Writes the new payload, after `resize`. `bytes` contains the values. */
  write(slot: Slot, bytes: Uint8Array, target: Uint8Array, start: number): void {
    let from = 0;
    let to = start;
    for (let place = 0; place < this.count; place++) {
      to = copyBytes(slot.bytes, from, this.#sizeAt[place] ?? 0, target, to);
      to = writeVarint(target, to, this.#size[place] ?? 0);
      from = this.#start[place] ?? 0;
      const index = this.#value[place] ?? -1;
      if (index >= 0) {
        to = copyBytes(bytes, this.valueStarts[index] ?? 0, this.valueEnds[index] ?? 0, target, to);
        from = this.#end[place] ?? 0;
      }
    }
    copyBytes(slot.bytes, from, slot.size, target, to);
  }

  /** Moves the places to where they are in the new payload, after `resize`. */
  move(): void {
    let from = 0;
    let to = 0;
    for (let place = 0; place < this.count; place++) {
      const size = this.#size[place] ?? 0;
      const sizeAt = this.#sizeAt[place] ?? 0;
      const isValue = (this.#value[place] ?? -1) >= 0;
      to += sizeAt - from;
      from = (isValue ? this.#end[place] : this.#start[place]) ?? 0;
      this.#sizeAt[place] = to;
      to += varintSize(size);
      this.#start[place] = to;
      this.#end[place] = to + size;
      to = isValue ? to + size : to;
    }
  }
}

function areEqual(
  bytes: Uint8Array,
  start: number,
  end: number,
  others: Uint8Array,
  othersStart: number,
): boolean {
  let at = othersStart;
  for (let from = start; from < end; from++) {
    if (bytes[from] !== others[at++]) {
      return false;
    }
  }
  return true;
}
