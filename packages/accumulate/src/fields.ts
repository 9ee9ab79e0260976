/** Returns the elements of a list field. */
export function elementsOf(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}

/** Returns a property value of an event's message for a snapshot: frozen or, if bytes, copied. */
export function hold(value: unknown): unknown {
  return value instanceof Uint8Array ? copyBytes(value) : freezeDeep(value);
}

/**
 * Freezes a value with everything in it. Values that are already frozen are skipped. Bytes cannot
 * be frozen. Those in the value are replaced by copies, because they may be a part of a buffer that
 * is used again.
 */
export function freezeDeep<Value>(value: Value): Value {
  if (
    typeof value !== "object" ||
    value === null ||
    ArrayBuffer.isView(value) ||
    Object.isFrozen(value)
  ) {
    return value;
  }
  for (const [name, held] of Object.entries(value)) {
    if (held instanceof Uint8Array) {
      Reflect.set(value, name, copyBytes(held));
    } else {
      freezeDeep(held);
    }
  }
  return Object.freeze(value);
}

/** Copies bytes. The `slice` of a Node Buffer would share its memory. */
export function copyBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
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
  const entries = Object.entries(value);
  if (Array.isArray(value) || isMessage(value)) {
    return entries.reduce(
      (size, [name, held]) => size + (name === "$typeName" ? 0 : sizeOfHeld(held)),
      CONTAINER_SIZE,
    );
  }
  // Keys of a map are counted; names of message fields are not.
  return entries.reduce(
    (size, [name, held]) => size + sizeOfHeld(held) + name.length,
    CONTAINER_SIZE,
  );
}

/**
 * Returns whether an object is a message. A map of messages may have an entry with the name of the
 * property by which messages are recognized; in a map of strings, such an entry is not recognized.
 */
function isMessage(value: object): boolean {
  return Object.hasOwn(value, "$typeName") && typeof Reflect.get(value, "$typeName") === "string";
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
