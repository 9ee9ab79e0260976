import type { Fields } from "@stepwire/mapping";

/** Sets a property with any name. An assignment to `__proto__` would set the prototype instead. */
export function setProperty(object: Fields, name: string, value: unknown): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else {
    object[name] = value;
  }
}
