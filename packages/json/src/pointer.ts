/** Returns the JSON Pointer (RFC 6901) for member names and indexes. */
export function formatPointer(path: readonly (string | number)[]): string {
  return path.map((key) => `/${escapeKey(key)}`).join("");
}

/**
 * Returns the pointer of a member or element. It takes the memory of its last key only:
 * JavaScript engines share the text of the parent's pointer.
 */
export function pointerTo(parent: string, key: string | number): string {
  return `${parent}/${escapeKey(key)}`;
}

/** Returns the pointer of the enclosing object or array; undefined for the document itself. */
export function parentPointer(pointer: string): string | undefined {
  const slash = pointer.lastIndexOf("/");
  return slash === -1 ? undefined : pointer.slice(0, slash);
}

function escapeKey(key: string | number): string {
  return typeof key === "number" ? String(key) : key.replaceAll("~", "~0").replaceAll("/", "~1");
}
