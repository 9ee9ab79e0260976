import type { JsonValue } from "@bufbuild/protobuf";

/** A list without one of its parts: halves first, then quarters, down to single elements. */
export function* smallerLists<Element>(list: readonly Element[]): Generator<Element[]> {
  for (
    let size = Math.ceil(list.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let start = 0; start < list.length; start += size) {
      yield [...list.slice(0, start), ...list.slice(start + size)];
    }
  }
}

/** A list with a simpler element in the place of one. */
export function* simplerElements<Element>(
  list: readonly Element[],
  simplify: (element: Element) => Iterable<Element>,
): Generator<Element[]> {
  for (const [index, element] of list.entries()) {
    for (const simpler of simplify(element)) {
      yield list.with(index, simpler);
    }
  }
}

/** A text without one of its parts. */
export function* smallerTexts(text: string): Generator<string> {
  // By code units, so that halves of characters are found too.
  for (const units of smallerLists(text.split(""))) {
    yield units.join("");
  }
}

/** A JSON value with less in it, down to null. */
export function* smallerJson(value: JsonValue): Generator<JsonValue> {
  if (typeof value === "string") {
    if (value.length > 0) {
      yield "";
      yield* smallerTexts(value);
    }
  } else if (typeof value === "number") {
    if (value !== 0) {
      yield 0;
    }
  } else if (Array.isArray(value)) {
    yield* smallerLists(value);
    yield* simplerElements(value, smallerJson);
  } else if (value !== null && typeof value === "object") {
    const entries = Object.entries(value);
    for (const fewer of smallerLists(entries)) {
      yield Object.fromEntries(fewer);
    }
    for (const [index, [name, member]] of entries.entries()) {
      for (const smaller of smallerJson(member)) {
        yield Object.fromEntries(entries.with(index, [name, smaller]));
      }
    }
  }
}
