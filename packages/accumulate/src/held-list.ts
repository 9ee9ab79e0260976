import { elementsOf } from "./fields.js";
import { EAGER_SIZE, Lazy } from "./lazy.js";
import { PersistentMap } from "./persistent-map.js";

/** Returns the identifier of an element; undefined if it has none. */
export type Identify = (element: unknown) => unknown;

/** An immutable list that deltas build, in a form that is efficient to merge. */
export interface HeldList {
  readonly length: number;
  /** Reads the identifier of an element; undefined if elements are never found by identifier. */
  readonly identify: Identify | undefined;
  /** Returns the element at an index; undefined at or after the end. */
  at(index: number): unknown;
  /** Returns the index of the first element with an identifier; undefined if there is none. */
  placeOf(identifier: unknown): number | undefined;
  /** Returns a list in which one element is replaced, or appended at the end. */
  with(index: number, element: unknown): HeldList;
  /** Returns the property value for a message: an array, or a `Lazy` for one. */
  toProperty(): unknown;
}

/** Returns the list for a property value of a message. */
export function heldListOf(property: unknown, identify: Identify | undefined): HeldList {
  if (property instanceof Lazy) {
    // Only `toProperty` creates lazy values for this property.
    return identifiedBy(identify, property.source as HeldList, property);
  }
  const array = elementsOf(property);
  if (array.length <= EAGER_SIZE) {
    return new SmallList(array, identify);
  }
  let list = listOfArray.get(array);
  if (list === undefined) {
    list = LargeList.of(array, identify);
    if (Object.isFrozen(array)) {
      listOfArray.set(array, list);
    }
  }
  return identifiedBy(identify, list, array);
}

/** Returns a list that can find elements by identifier; builds it again if it cannot do so yet. */
function identifiedBy(identify: Identify | undefined, list: HeldList, property: unknown): HeldList {
  if (identify === undefined || list.identify === identify) {
    return list;
  }
  return LargeList.of(elementsOf(property instanceof Lazy ? property.value : property), identify);
}

/** Cached lists for large arrays from events. */
const listOfArray = new WeakMap<readonly unknown[], HeldList>();

/** A list that is copied on each change. */
class SmallList implements HeldList {
  readonly #array: readonly unknown[];
  readonly identify: Identify | undefined;

  constructor(array: readonly unknown[], identify: Identify | undefined) {
    this.#array = array;
    this.identify = identify;
  }

  get length(): number {
    return this.#array.length;
  }

  at(index: number): unknown {
    return this.#array[index];
  }

  placeOf(identifier: unknown): number | undefined {
    const place = this.#array.findIndex((element) => this.identify?.(element) === identifier);
    return place === -1 ? undefined : place;
  }

  with(index: number, element: unknown): HeldList {
    const array = this.#array.slice();
    array[index] = element;
    return array.length > EAGER_SIZE
      ? LargeList.of(array, this.identify)
      : new SmallList(array, this.identify);
  }

  toProperty(): unknown {
    return Object.freeze(this.#array);
  }
}

class LargeList implements HeldList {
  readonly #elements: PersistentMap<number, unknown>;
  readonly #places: PersistentMap<unknown, number>;
  readonly identify: Identify | undefined;

  private constructor(
    elements: PersistentMap<number, unknown>,
    places: PersistentMap<unknown, number>,
    identify: Identify | undefined,
  ) {
    this.#elements = elements;
    this.#places = places;
    this.identify = identify;
  }

  static of(array: readonly unknown[], identify: Identify | undefined): LargeList {
    const places = new Map<unknown, number>();
    for (const [index, element] of array.entries()) {
      const identifier = identify?.(element);
      if (identifier !== undefined && !places.has(identifier)) {
        places.set(identifier, index);
      }
    }
    const elements = PersistentMap.of(array.entries());
    return new LargeList(elements, PersistentMap.of(places), identify);
  }

  get length(): number {
    return this.#elements.size;
  }

  at(index: number): unknown {
    return this.#elements.get(index);
  }

  placeOf(identifier: unknown): number | undefined {
    return this.#places.get(identifier);
  }

  with(index: number, element: unknown): HeldList {
    const elements = this.#elements.set(index, element);
    // Uses the first element with each identifier, because an identifier must not move to another
    // element.
    const identifier = this.identify?.(element);
    const isNew = identifier !== undefined && !this.#places.has(identifier);
    const places = isNew ? this.#places.set(identifier, index) : this.#places;
    return new LargeList(elements, places, this.identify);
  }

  toProperty(): Lazy<HeldList> {
    return new Lazy<HeldList>(this, () => this.#toArray());
  }

  #toArray(): readonly unknown[] {
    const map = this.#elements.entries();
    const array: unknown[] = [];
    for (let index = 0; index < map.size; index++) {
      array.push(map.get(index));
    }
    return Object.freeze(array);
  }
}
