import { elementsOf } from "./fields.js";
import { EAGER_SIZE, Lazy } from "./lazy.js";
import { PersistentMap } from "./persistent-map.js";

/** A list that deltas build, as merging works with it. Never changes. */
export class HeldList {
  readonly elements: PersistentMap<number, unknown>;
  /** The place of each identifier; of two elements with the same, the first. */
  readonly #places: PersistentMap<unknown, number> | undefined;

  private constructor(
    elements: PersistentMap<number, unknown>,
    places: PersistentMap<unknown, number> | undefined,
  ) {
    this.elements = elements;
    this.#places = places;
  }

  /** @param identify the identifier of an element; undefined if it has none. */
  static of(value: unknown, identify: Identify | undefined): HeldList {
    if (value instanceof Lazy) {
      // Only `toProperty` puts a lazy value there.
      return value.source as HeldList;
    }
    const array = elementsOf(value);
    const known = listOfArray.get(array);
    if (known !== undefined) {
      return known;
    }
    const list = new HeldList(PersistentMap.of(array.entries()), placesIn(array, identify));
    if (array.length > EAGER_SIZE && Object.isFrozen(array)) {
      listOfArray.set(array, list);
    }
    return list;
  }

  get length(): number {
    return this.elements.size;
  }

  /** The place of an identifier; undefined if no element has it. */
  placeOf(identifier: unknown): number | undefined {
    return this.#places?.get(identifier);
  }

  /** The list in which one element is another, or is one more at the end. */
  with(index: number, element: unknown, identify: Identify | undefined): HeldList {
    let places = this.#places;
    if (places !== undefined && identify !== undefined) {
      const before = index < this.length ? identify(this.elements.get(index)) : undefined;
      const after = identify(element);
      if (before !== after) {
        if (before !== undefined && places.get(before) === index) {
          places = places.delete(before);
        }
        if (after !== undefined && !places.has(after)) {
          places = places.set(after, index);
        }
      }
    }
    return new HeldList(this.elements.set(index, element), places);
  }

  /** The array that a message holds. */
  toProperty(): unknown {
    return this.length > EAGER_SIZE ? new Lazy<HeldList>(this, buildArray) : buildArray(this);
  }
}

/** Returns the identifier of an element; undefined if it has none. */
export type Identify = (element: unknown) => unknown;

/** The lists that arrays of events were read as. */
const listOfArray = new WeakMap<readonly unknown[], HeldList>();

function placesIn(
  array: readonly unknown[],
  identify: Identify | undefined,
): PersistentMap<unknown, number> | undefined {
  if (identify === undefined) {
    return undefined;
  }
  const places = new Map<unknown, number>();
  for (const [index, element] of array.entries()) {
    const identifier = identify(element);
    if (identifier !== undefined && !places.has(identifier)) {
      places.set(identifier, index);
    }
  }
  return PersistentMap.of(places);
}

function buildArray({ elements, length }: HeldList): readonly unknown[] {
  const map = elements.entries();
  const array: unknown[] = [];
  for (let index = 0; index < length; index++) {
    array.push(map.get(index));
  }
  return Object.freeze(array);
}
