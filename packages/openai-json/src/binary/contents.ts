import { fieldsOf } from "@stepwire/mapping";
import { LazyList, LazyMap } from "./lazy.js";

/** Returns the elements of a list field. */
export function elementsOf(list: unknown): Iterable<unknown> {
  return Array.isArray(list) || list instanceof LazyList ? list : [];
}

/** Returns whether a list field has an element. */
export function hasElement(list: unknown): boolean {
  return (Array.isArray(list) || list instanceof LazyList) && list.length > 0;
}

/** Returns the entries of a map field. */
export function entriesOf(map: unknown): Iterable<[string, unknown]> {
  return map instanceof LazyMap ? map : Object.entries(map ?? {});
}

/** Returns whether a map field has an entry. */
export function hasEntry(map: unknown): boolean {
  if (map instanceof LazyMap) {
    return map.entries > 0;
  }
  // Maps of protobuf-es have no inherited properties that the loop would visit.
  for (const _ in fieldsOf(map)) {
    return true;
  }
  return false;
}
