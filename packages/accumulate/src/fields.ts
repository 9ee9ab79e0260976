/** The elements of a list field. */
export function elementsOf(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}

/** Freezes a value and all that it holds. What is frozen already is passed over. */
export function freezeDeep<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    // The bytes of unknown fields cannot be frozen.
    if (!ArrayBuffer.isView(value)) {
      Object.freeze(value);
      for (const held of Object.values(value)) {
        freezeDeep(held);
      }
    }
  }
  return value;
}

/** What a message, a list or a map counts for itself in a size. */
export const CONTAINER_SIZE = 32;

/** How much a value holds, in the unit of `maxSize`. */
export function sizeOf(value: unknown): number {
  if (typeof value === "string") {
    return value.length;
  }
  if (typeof value !== "object" || value === null) {
    return 0;
  }
  if (ArrayBuffer.isView(value)) {
    return value.byteLength;
  }
  return measure(value, sizeOf);
}

function measure(value: object, sizeOfHeld: (held: unknown) => number): number {
  // The names of a message's fields are not its own, those of a map are.
  const namesCount = !Array.isArray(value) && !Object.hasOwn(value, "$typeName");
  let size = CONTAINER_SIZE;
  for (const [name, held] of Object.entries(value)) {
    if (name !== "$typeName") {
      size += sizeOfHeld(held) + (namesCount ? name.length : 0);
    }
  }
  return size;
}

const sizes = new WeakMap<object, number>();

/** As `sizeOf`, of a frozen value: what it shares with values counted before is not visited. */
export function frozenSizeOf(value: unknown): number {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) {
    return sizeOf(value);
  }
  let size = sizes.get(value);
  if (size === undefined) {
    size = measure(value, frozenSizeOf);
    sizes.set(value, size);
  }
  return size;
}

/**
 * Whether two values of a message's properties are the same. Takes no longer than the
 * smaller of the two is large.
 */
export function isSameValue(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) {
    return true;
  }
  if (
    typeof left !== "object" ||
    typeof right !== "object" ||
    left === null ||
    right === null ||
    ArrayBuffer.isView(left) ||
    Array.isArray(left) !== Array.isArray(right)
  ) {
    return false;
  }
  const [names, others] = [Object.keys(left), Object.keys(right)];
  return (
    names.length === others.length &&
    names.every(
      (name) =>
        Object.hasOwn(right, name) &&
        isSameValue(Reflect.get(left, name), Reflect.get(right, name)),
    )
  );
}
