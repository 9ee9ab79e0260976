/** Takes the next element of a source; undefined at its end. */
export type Read<Element> = () => Promise<Element | undefined>;

/** What can be read from: an iterable of any kind, or a web stream. */
export type Source<Element> = AsyncIterable<Element> | Iterable<Element> | ReadableStream<Element>;

interface Reader<Element> {
  read(): Promise<IteratorResult<Element, unknown>>;
  cancel(): Promise<unknown>;
}

/**
 * Reads a source through a generator. The source is cancelled when the iteration
 * ends before it: with the consumer's `break`, or because the generator throws.
 *
 * A consumer may end the iteration while the generator still waits for the source.
 * A generator by itself would only learn of it when the source has delivered; here
 * the source is told first.
 */
export function openSource<Element, Result>(
  source: Source<Element>,
  generate: (read: Read<Element>) => AsyncGenerator<Result, void, undefined>,
): AsyncIterableIterator<Result> {
  const reader = openReader(source);
  let ended = false;
  let cancelled = false;
  const cancel = async (): Promise<void> => {
    cancelled = true;
    if (!ended) {
      ended = true;
      await reader.cancel();
    }
  };
  const results = generate(async () => {
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
  const iterator: AsyncIterableIterator<Result> = {
    next: async () => {
      try {
        const result = await results.next();
        // What was cut off by the cancelling is no end of the input.
        return cancelled ? { done: true, value: undefined } : result;
      } catch (reason) {
        if (cancelled) {
          return { done: true, value: undefined };
        }
        // What is wrong with the stream matters more than how the source takes it.
        await cancel().catch(() => {});
        throw reason;
      }
    },
    return: async () => {
      await cancel();
      await results.return();
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
