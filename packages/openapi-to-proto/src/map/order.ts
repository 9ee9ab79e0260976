/**
 * Returns elements with those of a list first, in its order; all others keep theirs.
 *
 * @param unknown reports a name of the list that no element has, with its place in `order`
 */
export function inOrder<T>(
  elements: readonly T[],
  nameOf: (element: T) => string,
  order: readonly string[],
  unknown: (name: string, place: readonly string[]) => void,
): readonly T[] {
  const byName = new Map(elements.map((element) => [nameOf(element), element]));
  const first = new Set<T>();
  for (const [index, name] of order.entries()) {
    const element = byName.get(name);
    if (element === undefined) {
      unknown(name, ["order", String(index)]);
    } else {
      first.add(element);
    }
  }
  return [...first, ...elements.filter((element) => !first.has(element))];
}
