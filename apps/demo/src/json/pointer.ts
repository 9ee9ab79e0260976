/** The JSON Pointer (RFC 6901) of a member or an element. */
export function appendToPointer(pointer: string, key: string | number): string {
  const escaped =
    typeof key === "number" ? String(key) : key.replaceAll("~", "~0").replaceAll("/", "~1");
  return `${pointer}/${escaped}`;
}

/** The pointer of the object or array around; undefined for the document itself. */
export function parentPointer(pointer: string): string | undefined {
  const slash = pointer.lastIndexOf("/");
  return slash === -1 ? undefined : pointer.slice(0, slash);
}
