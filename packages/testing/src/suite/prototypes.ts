/**
 * Returns the properties of the prototypes of objects and arrays. Two snapshots are equal unless a
 * property was added or removed in between.
 */
export function snapshotPrototypes(): string[] {
  return [Object, Array, Function, String, Number, Boolean].flatMap((type) =>
    Reflect.ownKeys(type.prototype).map((key) => `${type.name} ${String(key)}`),
  );
}
