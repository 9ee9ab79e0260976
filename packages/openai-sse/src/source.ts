/** Reads the next element of a source; undefined at its end. */
export type Read<Element> = () => Promise<Element | undefined>;

/** A source to read from: an iterable or a web stream. */
export type Source<Element> = AsyncIterable<Element> | Iterable<Element> | ReadableStream<Element>;

interface Reader<Element> {
  read(): Promise<IteratorResult<Element, unknown>>;
  cancel(): Promise<unknown>;
}

/**
 * Iterates over a source with a function that returns the next result, or undefined at the end. The
 * source is cancelled if the iteration ends early: when the consumer uses `break`, or when the
 * function throws.
 *
 * The consumer may end the iteration during a pending read, and the source is cancelled
 * immediately. An async generator would wait for that read first, and costs several more microtasks
 * for each result.
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
      // After cancelling, a missing value does not mean the end of the input.
      if (!closed && value !== undefined) {
        return { done: false, value };
      }
    } catch (reason) {
      if (!closed) {
        // The error in the stream is more important than an error from cancelling the source.
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
      // Concurrent calls to `next()` are queued.
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
      // A web stream returns no value at its end, just like an iterator.
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
