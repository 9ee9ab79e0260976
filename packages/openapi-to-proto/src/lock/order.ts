/**
 * Returns items in the order of before, so that a document with another order makes no difference.
 * New items follow the one that is before them in the document.
 *
 * @param placeOf returns the place of an item in the order of before; undefined if it is new.
 */
export function keepOrder<Item>(
  items: readonly Item[],
  placeOf: (item: Item) => number | undefined,
): Item[] {
  const places = new Map(items.map((item) => [item, placeOf(item)]));
  const known = items.filter((item) => places.get(item) !== undefined);
  known.sort((one, other) => (places.get(one) ?? 0) - (places.get(other) ?? 0));
  const followers = new Map<Item | undefined, Item[]>();
  let previous: Item | undefined;
  for (const item of items) {
    if (places.get(item) === undefined) {
      const list = followers.get(previous);
      if (list === undefined) {
        followers.set(previous, [item]);
      } else {
        list.push(item);
      }
    } else {
      previous = item;
    }
  }
  return [
    ...(followers.get(undefined) ?? []),
    ...known.flatMap((item) => [item, ...(followers.get(item) ?? [])]),
  ];
}

/** Returns the place of each name in a list. */
export function placesOf(names: Iterable<string>): Map<string, number> {
  return new Map([...names].map((name, index) => [name, index]));
}
