/**
 * Returns whether two JavaScript values are the same JSON value. Supports plain objects (by own
 * members, in any order), arrays, strings, booleans, `null` and numbers; 0 equals -0.
 */
export function sameValue(left: unknown, right: unknown): boolean {
  if (left === null || right === null || typeof left !== "object" || typeof right !== "object") {
    return left === right;
  }
  if (Array.isArray(left) || Array.isArray(right)) {
    return Array.isArray(left) && Array.isArray(right) && sameElements(left, right);
  }
  return isPlain(left) && isPlain(right) && sameMembers(left, right);
}

function sameElements(left: readonly unknown[], right: readonly unknown[]): boolean {
  return (
    left.length === right.length && left.every((element, index) => sameValue(element, right[index]))
  );
}

function sameMembers(left: object, right: object): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every(
      (name) =>
        Object.hasOwn(right, name) && sameValue(ownMember(left, name), ownMember(right, name)),
    )
  );
}

function ownMember(object: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(object, name)?.value;
}

function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === Object.prototype || prototype === null;
}
