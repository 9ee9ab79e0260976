/** Writes a JSON Pointer (RFC 6901) from member names and indexes. */
export function formatPointer(path: readonly (string | number)[]): string {
  return path.map((key) => `/${escapeKey(key)}`).join("");
}

/**
 * The pointer of a member or element. Its memory is that of the last key: engines
 * share the text of the pointer before it.
 */
export function pointerTo(parent: string, key: string | number): string {
  return `${parent}/${escapeKey(key)}`;
}

function escapeKey(key: string | number): string {
  return typeof key === "number" ? String(key) : key.replaceAll("~", "~0").replaceAll("/", "~1");
}
