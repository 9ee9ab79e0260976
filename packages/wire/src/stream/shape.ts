import { MAXIMUM_FIELDS, MAXIMUM_STEPS, ShapeForm } from "./format.js";

/**
 * Says how an event is written. A shape applies to an event and to those after it, until another
 * shape is given.
 */
export class Shape {
  /** Field number of the payload in the event; 0 if the event is complete and not remembered. */
  arm = 0;
  /** Number of the slot with the previous payload of the same message type. */
  slot = 0;
  /** One of the kinds in `ShapeForm`. */
  kind: number = ShapeForm.EVENT;
  /** The fields of the previous payload that are not kept: bit 0 for the first one. */
  mask = 0;
  /** Paths to the changed values, as `packPath` returns them, in the order of the values. */
  readonly paths: number[] = [];
  /** Number of paths; the array may be longer. */
  count = 0;

  equals({ arm, slot, kind, mask, paths, count }: Shape): boolean {
    if (
      this.arm !== arm ||
      this.slot !== slot ||
      this.kind !== kind ||
      this.mask !== mask ||
      this.count !== count
    ) {
      return false;
    }
    for (let at = 0; at < count; at++) {
      if (this.paths[at] !== paths[at]) {
        return false;
      }
    }
    return true;
  }

  addPath(path: number): void {
    this.paths[this.count++] = path;
  }

  reset(arm: number, slot: number, kind: number): void {
    this.arm = arm;
    this.slot = slot;
    this.kind = kind;
    this.mask = 0;
    this.count = 0;
  }
}

/**
 * Returns a path as a number. Its steps are indexes of fields, counted from 0: of the payload, of the
 * message in this field, and so on. The steps are digits, so steps of 0 at the end take no space.
 */
export function packPath(steps: readonly number[], length: number): number {
  let packed = 0;
  for (let depth = length - 1; depth >= 0; depth--) {
    packed = packed * MAXIMUM_FIELDS + (steps[depth] ?? 0);
  }
  return packed * MAXIMUM_STEPS + length - 1;
}

/** Writes the steps of a path to an array, and returns their number; 0 if the path is too large. */
export function unpackPath(path: number, steps: number[]): number {
  const length = (path % MAXIMUM_STEPS) + 1;
  let packed = Math.floor(path / MAXIMUM_STEPS);
  for (let depth = 0; depth < length; depth++) {
    steps[depth] = packed % MAXIMUM_FIELDS;
    packed = Math.floor(packed / MAXIMUM_FIELDS);
  }
  return packed === 0 ? length : 0;
}
