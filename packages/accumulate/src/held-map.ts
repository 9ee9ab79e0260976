import { type Fields, fieldsOf } from "@stepwire/mapping";
import { EAGER_SIZE, Lazy } from "./lazy.js";
import { PersistentMap } from "./persistent-map.js";

/** A map field that deltas build, as merging works with it. Never changes. */
export class HeldMap {
  readonly entries: PersistentMap<string, unknown>;

  constructor(entries: PersistentMap<string, unknown>) {
    this.entries = entries;
  }

  static of(value: unknown): HeldMap {
    if (value instanceof Lazy) {
      // Only `toProperty` puts a lazy value there.
      return value.source as HeldMap;
    }
    const fields = fieldsOf(value);
    const map = mapOfFields.get(fields) ?? new HeldMap(PersistentMap.of(Object.entries(fields)));
    if (map.entries.size > EAGER_SIZE && Object.isFrozen(fields)) {
      mapOfFields.set(fields, map);
    }
    return map;
  }

  /** The object that a message holds. */
  toProperty(): unknown {
    return this.entries.size > EAGER_SIZE ? new Lazy<HeldMap>(this, buildMap) : buildMap(this);
  }
}

/** The maps that maps of events were read as. */
const mapOfFields = new WeakMap<Fields, HeldMap>();

function buildMap({ entries }: HeldMap): Fields {
  // Unlike assignment, this makes a member of its own of any name, `__proto__` too.
  return Object.freeze(Object.fromEntries(entries.entries()));
}
