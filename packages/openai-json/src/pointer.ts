/** Writes a JSON Pointer (RFC 6901) from member names and indexes. */
export function formatPointer(path: readonly (string | number)[]): string {
  return path.map((key) => `/${escapeKey(key)}`).join("");
}

function escapeKey(key: string | number): string {
  return typeof key === "number" ? String(key) : key.replaceAll("~", "~0").replaceAll("/", "~1");
}
