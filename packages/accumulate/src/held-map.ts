import { type Fields, fieldsOf } from "@stepwire/mapping";
import { EAGER_SIZE, Lazy } from "./lazy.js";
import { PersistentMap } from "./persistent-map.js";

/** An immutable map field that deltas build, in a form that is efficient to merge. */
export class HeldMap {
  readonly entries: PersistentMap<string, unknown>;

  constructor(entries: PersistentMap<string, unknown>) {
    this.entries = entries;
  }

  static of(value: unknown): HeldMap {
    if (value instanceof Lazy) {
      // Only `toProperty` creates lazy values for this property.
      return value.source as HeldMap;
    }
    const fields = fieldsOf(value);
    const map = mapOfFields.get(fields) ?? new HeldMap(PersistentMap.of(Object.entries(fields)));
    if (map.entries.size > EAGER_SIZE && Object.isFrozen(fields)) {
      mapOfFields.set(fields, map);
    }
    return map;
  }

  /** Returns the property value for a message. */
  toProperty(): unknown {
    return this.entries.size > EAGER_SIZE ? new Lazy<HeldMap>(this, buildMap) : buildMap(this);
  }
}

/** Cached maps for the map fields of events. */
const mapOfFields = new WeakMap<Fields, HeldMap>();

function buildMap({ entries }: HeldMap): Fields {
  // Unlike an assignment, `fromEntries` creates an own property even for the name `__proto__`.
  return Object.freeze(Object.fromEntries(entries.entries()));
}
