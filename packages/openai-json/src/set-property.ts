import type { Fields } from "@stepwire/mapping";

/** Sets a property under any name: for `__proto__`, assignment would not. */
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
