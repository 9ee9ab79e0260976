/** Takes the next element of a source; undefined at its end. */
export type Read<Element> = () => Promise<Element | undefined>;

/** What can be read from: an iterable of any kind, or a web stream. */
export type Source<Element> = AsyncIterable<Element> | Iterable<Element> | ReadableStream<Element>;

interface Reader<Element> {
  read(): Promise<IteratorResult<Element, unknown>>;
  cancel(): Promise<unknown>;
}

/**
 * Reads a source through a function that gives the next result from it, undefined at the
 * end. The source is cancelled when the iteration ends before it: with the consumer's
 * `break`, or because the function throws, after which there is nothing more.
 *
 * A consumer may end the iteration while the source is still waited for; the source is
 * told at once. A generator would only learn of it when the source has delivered, and
 * takes several turns more for each result.
 */
export function openSource<Element, Result>(
  source: Source<Element>,
  open: (read: Read<Element>) => Read<Result>,
): AsyncIterableIterator<Result> {
  const reader = openReader(source);
  let ended = false;
  let closed = false;
  const cancel = async (): Promise<void> => {
    closed = true;
    if (!ended) {
      ended = true;
      await reader.cancel();
    }
  };
  const nextResult = open(async () => {
    if (ended) {
      return undefined;
    }
    let result: IteratorResult<Element, unknown>;
    try {
      result = await reader.read();
    } catch (reason) {
      ended = true;
      throw reason;
    }
    if (result.done) {
      ended = true;
      return undefined;
    }
    return result.value;
  });
  const next = async (): Promise<IteratorResult<Result, undefined>> => {
    try {
      const value = closed ? undefined : await nextResult();
      // What was cut off by the cancelling is no end of the input.
      if (!closed && value !== undefined) {
        return { done: false, value };
      }
    } catch (reason) {
      if (!closed) {
        // What is wrong with the stream matters more than how the source takes it.
        await cancel().catch(() => {});
        throw reason;
      }
    } finally {
      waiting--;
    }
    closed = true;
    return { done: true, value: undefined };
  };
  let waiting = 0;
  let last: Promise<IteratorResult<Result, undefined>> | undefined;
  const iterator: AsyncIterableIterator<Result> = {
    next: () => {
      // Who asks for the next result before the last one has come, waits for its turn.
      const result = waiting++ === 0 || last === undefined ? next() : last.then(next, next);
      last = result;
      return result;
    },
    return: async () => {
      await cancel();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

function openReader<Element>(source: Source<Element>): Reader<Element> {
  if ("getReader" in source) {
    const reader = source.getReader();
    return {
      // At its end, a web stream gives no value either.
      read: () => reader.read() as Promise<IteratorResult<Element, undefined>>,
      cancel: () => reader.cancel(),
    };
  }
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  return {
    read: async () => iterator.next(),
    cancel: async () => iterator.return?.(),
  };
}
