/** Returns the elements of a list field. */
export function elementsOf(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}

/** Freezes a value with everything in it. Values that are already frozen are skipped. */
export function freezeDeep<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    // Typed arrays, such as the bytes of unknown fields, cannot be frozen.
    if (!ArrayBuffer.isView(value)) {
      Object.freeze(value);
      for (const held of Object.values(value)) {
        freezeDeep(held);
      }
    }
  }
  return value;
}

/** The size of a message, a list or a map without its content. */
export const CONTAINER_SIZE = 32;

/** Returns the size of a value, in the unit of `maxSize`. */
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
  // Keys of a map are counted; names of message fields are not.
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

/**
 * Returns the size of a frozen value, like `sizeOf`. Sizes of shared parts are cached, so they are
 * counted only once.
 */
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
 * Compares two property values of messages. The time is at most linear in the size of the smaller
 * one.
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
