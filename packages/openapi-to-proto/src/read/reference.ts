import type { ImportMistake } from "../error.js";

/** Returns the value at a JSON Pointer (RFC 6901); undefined if there is none. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) {
      return undefined;
    }
    value = Reflect.get(value, key);
  }
  return value;
}

/** Returns the JSON Pointer of a local reference such as "#/components/schemas/Thing". */
export function pointerOf(
  reference: unknown,
  place: string,
): { readonly pointer: string } | { readonly mistake: ImportMistake } {
  const expected = "a reference within the document, such as #/components/schemas/Name";
  if (typeof reference !== "string") {
    const found = `${typeof reference}`;
    return { mistake: { code: "unresolved_reference", pointer: place, expected, found } };
  }
  if (!reference.startsWith("#")) {
    return {
      mistake: { code: "remote_reference", pointer: place, expected, found: shorten(reference) },
    };
  }
  try {
    return { pointer: decodeURIComponent(reference.slice(1)) };
  } catch {
    return {
      mistake: {
        code: "unresolved_reference",
        pointer: place,
        expected,
        found: shorten(reference),
      },
    };
  }
}

/** Quotes a text of the document for a message, at most 100 characters of it. */
export function shorten(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text);
}

/** How long a key of the config may be in a message: a pointer must be whole to be copied. */
const MAX_KEY = 1000;

/** Quotes a key of the config for a message that says what to write there. */
export function quoteKey(key: string): string {
  return key.length > MAX_KEY ? shorten(key) : JSON.stringify(key);
}
