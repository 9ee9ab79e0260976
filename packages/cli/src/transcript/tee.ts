/**
 * Returns two sequences with the elements of one. Elements that only one of them has read are kept
 * for the other, so both should be read at the same pace.
 */
export function tee<Element>(
  source: AsyncIterable<Element>,
): readonly [AsyncIterable<Element>, AsyncIterable<Element>] {
  const iterator = source[Symbol.asyncIterator]();
  const waiting: readonly [Element[], Element[]] = [[], []];
  let isDone = false;
  async function* read(own: Element[], others: Element[]): AsyncGenerator<Element, void> {
    for (;;) {
      const kept = own.shift();
      if (kept !== undefined) {
        yield kept;
        continue;
      }
      const { done = false, value } = isDone ? { done: true } : await iterator.next();
      if (done) {
        isDone = true;
        return;
      }
      others.push(value);
      yield value;
    }
  }
  return [read(waiting[0], waiting[1]), read(waiting[1], waiting[0])];
}
