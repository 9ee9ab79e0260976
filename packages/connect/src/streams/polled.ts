/** The end of a polled source. */
export const ENDED: unique symbol = Symbol("ended");

/**
 * An iterator that can also be read without a promise for each element: in a chain of sources, every
 * promise costs several microtasks for each event. An element is either taken or awaited.
 */
export interface Polled<Element> extends AsyncIterableIterator<Element, undefined> {
  /**
   * Returns the next element, `ENDED`, or undefined if nothing is there yet.
   *
   * @throws the error that ended the source.
   */
  take(): Element | typeof ENDED | undefined;
  /**
   * Calls a function once, soon after `take` may return something. Only the function of the last call
   * is called. It must not throw.
   */
  wait(wake: () => void): void;
}

/** Returns whether an iterator can be polled. */
export function isPolled<Element>(
  source: AsyncIterable<Element> | AsyncIterator<Element, unknown>,
): source is Polled<Element> {
  return "take" in source && "wait" in source;
}

/**
 * Returns a source that can be polled and iterated.
 *
 * @param end is called when the reader stops early.
 */
export function createPolled<Element>(
  { take, wait }: Pick<Polled<Element>, "take" | "wait">,
  end: () => unknown,
): Polled<Element> {
  const source: Polled<Element> = {
    take,
    wait,
    next: () => nextOf(source),
    return: async () => {
      await end();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => source,
  };
  return source;
}

/** Returns the next element of a polled source as `next` does. */
export async function nextOf<Element>(
  source: Pick<Polled<Element>, "take" | "wait">,
): Promise<IteratorResult<Element, undefined>> {
  for (;;) {
    const value = source.take();
    if (value === ENDED) {
      return { done: true, value: undefined };
    }
    if (value !== undefined) {
      return { done: false, value };
    }
    await new Promise<void>((resolve) => source.wait(resolve));
  }
}

/** Returns the elements of any iterator as a source that can be polled. */
export function toPolled<Element>(
  iterator: AsyncIterator<Element, undefined>,
): Pick<Polled<Element>, "take" | "wait"> {
  let arrived: Element | typeof ENDED | undefined;
  let failure: { readonly reason: unknown } | undefined;
  let pending: Promise<void> | undefined;
  const fetch = async (): Promise<void> => {
    try {
      const { done, value } = await iterator.next();
      arrived = done === true ? ENDED : value;
    } catch (reason) {
      failure = { reason };
    }
    pending = undefined;
  };
  return {
    take: () => {
      if (failure !== undefined) {
        throw failure.reason;
      }
      const value = arrived;
      if (value === undefined) {
        pending ??= fetch();
      } else if (value !== ENDED) {
        arrived = undefined;
      }
      return value;
    },
    wait: (wake) => {
      void (pending ?? Promise.resolve()).then(wake);
    },
  };
}
