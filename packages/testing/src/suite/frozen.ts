/** Returns whether a value and everything in it is frozen, except typed arrays. */
export function isFrozenDeep(value: unknown): boolean {
  return (
    typeof value !== "object" ||
    value === null ||
    ArrayBuffer.isView(value) ||
    (Object.isFrozen(value) && Object.values(value).every(isFrozenDeep))
  );
}
