/**
 * What the prototypes hold that every object and array inherits from. Two of
 * these are equal unless something was added or taken away in between.
 */
export function snapshotPrototypes(): string[] {
  return [Object, Array, Function, String, Number, Boolean].flatMap((type) =>
    Reflect.ownKeys(type.prototype).map((key) => `${type.name} ${String(key)}`),
  );
}
