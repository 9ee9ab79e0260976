/** Up to this size a changed map is copied, which is cheaper than a link. */
const COPIED_SIZE = 32;

/** The change that leads back from a newer version to an older one. */
interface Link<Key, Value> {
  readonly newer: PersistentMap<Key, Value>;
  readonly key: Key;
  /** The entry in the older version; undefined if it has none. */
  readonly before: { readonly value: Value } | undefined;
}

/** The versions that the current transaction replaced; undefined outside of one. */
let replaced: (() => void)[] | undefined;

/**
 * Runs an action. If it throws, every map that it changed is as fast as before again,
 * at the cost of the changes that the action made.
 */
export function transaction<Result>(action: () => Result): Result {
  const outer = replaced;
  const undo: (() => void)[] = [];
  replaced = undo;
  try {
    return action();
  } catch (reason) {
    for (const reclaim of undo.reverse()) {
      reclaim();
    }
    throw reason;
  } finally {
    replaced = outer;
  }
}

/**
 * An immutable map. `set` and `delete` return a new version in constant time; the
 * version before stays as it is, but is read in linear time from then on.
 *
 * All versions of a large map share one `Map`, which the newest version owns. An older
 * version has a link to the next newer one (H. Baker, "Shallow binding makes functional
 * arrays fast"). So versions that nothing refers to cost no memory. A `Map` of the
 * engine resists names that are chosen to collide, which hash tries in JavaScript do not.
 */
export class PersistentMap<Key, Value> {
  readonly size: number;
  #map: Map<Key, Value> | undefined;
  #link: Link<Key, Value> | undefined;

  private constructor(map: Map<Key, Value>) {
    this.size = map.size;
    this.#map = map;
  }

  /** A map with these entries. */
  static of<Key, Value>(entries: Iterable<readonly [Key, Value]> = []): PersistentMap<Key, Value> {
    return new PersistentMap(new Map(entries));
  }

  get(key: Key): Value | undefined {
    return this.#own().get(key);
  }

  has(key: Key): boolean {
    return this.#own().has(key);
  }

  /** All entries. Reads an older version without taking the newest one's speed. */
  entries(): ReadonlyMap<Key, Value> {
    return this.#map ?? this.#copy();
  }

  /** The version in which a key has this value. */
  set(key: Key, value: Value): PersistentMap<Key, Value> {
    return this.#change(key, (map) => map.set(key, value));
  }

  /** The version without a key. */
  delete(key: Key): PersistentMap<Key, Value> {
    return this.has(key) ? this.#change(key, (map) => map.delete(key)) : this;
  }

  #change(key: Key, change: (map: Map<Key, Value>) => void): PersistentMap<Key, Value> {
    const map = this.#own();
    if (map.size <= COPIED_SIZE) {
      const copy = new Map(map);
      change(copy);
      return new PersistentMap(copy);
    }
    const value = map.get(key);
    const before = value !== undefined || map.has(key) ? { value: value as Value } : undefined;
    change(map);
    const newer = new PersistentMap(map);
    this.#map = undefined;
    this.#link = { newer, key, before };
    replaced?.push(() => this.#reclaim(newer));
    return newer;
  }

  /** The map of this version: an older one gets a copy of its own. */
  #own(): Map<Key, Value> {
    if (this.#map === undefined) {
      this.#map = this.#copy();
      this.#link = undefined;
    }
    return this.#map;
  }

  #copy(): Map<Key, Value> {
    const links: Link<Key, Value>[] = [];
    let version: PersistentMap<Key, Value> = this;
    while (version.#link !== undefined) {
      links.push(version.#link);
      version = version.#link.newer;
    }
    const map = new Map(version.#map);
    for (const link of links.reverse()) {
      undo(map, link);
    }
    return map;
  }

  /** Takes the map back from the version that replaced this one, which is given up. */
  #reclaim(newer: PersistentMap<Key, Value>): void {
    const map = newer.#map;
    if (map !== undefined && this.#link?.newer === newer) {
      undo(map, this.#link);
      this.#map = map;
      this.#link = undefined;
    }
  }
}

function undo<Key, Value>(map: Map<Key, Value>, { key, before }: Link<Key, Value>): void {
  if (before === undefined) {
    map.delete(key);
  } else {
    map.set(key, before.value);
  }
}
