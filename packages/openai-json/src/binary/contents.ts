import { fieldsOf } from "@stepwire/mapping";
import { LazyList, LazyMap } from "./lazy.js";

/** The elements of a list field. */
export function elementsOf(list: unknown): Iterable<unknown> {
  return Array.isArray(list) || list instanceof LazyList ? list : [];
}

/** Whether a list field has an element. */
export function hasElement(list: unknown): boolean {
  return (Array.isArray(list) || list instanceof LazyList) && list.length > 0;
}

/** The entries of a map field. */
export function entriesOf(map: unknown): Iterable<[string, unknown]> {
  return map instanceof LazyMap ? map : Object.entries(map ?? {});
}

/** Whether a map field has an entry. */
export function hasEntry(map: unknown): boolean {
  if (map instanceof LazyMap) {
    return map.entries > 0;
  }
  // The maps of protobuf-es inherit nothing that a loop would see.
  for (const _ in fieldsOf(map)) {
    return true;
  }
  return false;
}
