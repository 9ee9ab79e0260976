/** A map up to this size is copied on each change, which is cheaper than a link. */
const COPIED_SIZE = 32;

/** The change that leads from a newer version back to an older one. */
interface Link<Key, Value> {
  readonly newer: PersistentMap<Key, Value>;
  readonly key: Key;
  /** The entry in the older version; undefined if the key is not in it. */
  readonly before: { readonly value: Value } | undefined;
}

/**
 * Undo functions for the versions that the current transaction replaced; undefined if there is no
 * transaction.
 */
let replaced: (() => void)[] | undefined;

/**
 * Runs an action. If it throws, restores the fast access to every map version that it replaced. The
 * cost is proportional to the changes that the action made.
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
 * An immutable map. `set` and `delete` return a new version in constant time. The previous version
 * keeps its content, but reading it takes linear time from then on.
 *
 * All versions of a large map share one `Map`, which belongs to the newest version. An older
 * version has a link to the next newer one (H. Baker, "Shallow binding makes functional arrays
 * fast"), so versions that are not referenced use no memory. The engine's `Map` is safe against
 * names that are chosen to collide; hash tries in JavaScript are not.
 */
export class PersistentMap<Key, Value> {
  readonly size: number;
  #map: Map<Key, Value> | undefined;
  #link: Link<Key, Value> | undefined;

  private constructor(map: Map<Key, Value>) {
    this.size = map.size;
    this.#map = map;
  }

  /** Creates a map with these entries. */
  static of<Key, Value>(entries: Iterable<readonly [Key, Value]> = []): PersistentMap<Key, Value> {
    return new PersistentMap(new Map(entries));
  }

  get(key: Key): Value | undefined {
    return this.#own().get(key);
  }

  has(key: Key): boolean {
    return this.#own().has(key);
  }

  /** Returns all entries. Reading an older version does not make the newest one slower. */
  entries(): ReadonlyMap<Key, Value> {
    return this.#map ?? this.#copy();
  }

  /** Returns a version in which a key has this value. */
  set(key: Key, value: Value): PersistentMap<Key, Value> {
    return this.#change(key, (map) => map.set(key, value));
  }

  /** Returns a version without a key. */
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

  /** Returns the `Map` of this version; an older version gets its own copy. */
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

  /** Takes the `Map` back from the version that replaced this one; that version is discarded. */
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
