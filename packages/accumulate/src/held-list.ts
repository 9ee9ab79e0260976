import { elementsOf } from "./fields.js";
import { EAGER_SIZE, Lazy } from "./lazy.js";
import { PersistentMap } from "./persistent-map.js";

/** Returns the identifier of an element; undefined if it has none. */
export type Identify = (element: unknown) => unknown;

/** A list that deltas build, as merging works with it. Never changes. */
export interface HeldList {
  readonly length: number;
  /** What finds an element by its identifier; undefined if nothing asks for one. */
  readonly identify: Identify | undefined;
  /** The element at a place; undefined beyond the end. */
  at(index: number): unknown;
  /** The place of the first element with an identifier; undefined if none has it. */
  placeOf(identifier: unknown): number | undefined;
  /** The list in which one element is another, or is one more at the end. */
  with(index: number, element: unknown): HeldList;
  /** What a message holds: an array, or `Lazy` for one. */
  toProperty(): unknown;
}

/** Returns the list that a property of a message is. */
export function heldListOf(property: unknown, identify: Identify | undefined): HeldList {
  if (property instanceof Lazy) {
    // Only `toProperty` puts a lazy value there.
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

/** The list, read anew if it was read by something that asks for no identifiers. */
function identifiedBy(identify: Identify | undefined, list: HeldList, property: unknown): HeldList {
  if (identify === undefined || list.identify === identify) {
    return list;
  }
  return LargeList.of(elementsOf(property instanceof Lazy ? property.value : property), identify);
}

/** The lists that large arrays of events were read as. */
const listOfArray = new WeakMap<readonly unknown[], HeldList>();

/** A list that is copied with each change. */
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
    // An identifier that is there does not become another one.
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
