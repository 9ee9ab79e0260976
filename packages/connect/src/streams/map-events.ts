/** What happens at the end of a source. */
export interface EventWatch {
  /** What to throw instead of an error of the source. */
  readonly mapError?: (error: unknown) => unknown;
  /** Called when the source has come to its regular end. */
  readonly onEnd?: () => void;
}

/** What happens on the way through. */
export interface EventMap<From, To> extends EventWatch {
  readonly map: (element: From) => To;
}

/**
 * The elements of a source, each changed on its way, or as they are. It is a plain iterator:
 * on a path that each event takes, a generator costs several turns of the event loop's
 * queue more.
 */
export function mapEvents<From, To>(
  source: AsyncIterable<From>,
  options: EventMap<From, To>,
): AsyncIterableIterator<To, undefined>;
export function mapEvents<Element>(
  source: AsyncIterable<Element>,
  options: EventWatch,
): AsyncIterableIterator<Element, undefined>;
export function mapEvents<From, To>(
  source: AsyncIterable<From>,
  { map, mapError = (error) => error, onEnd = () => {} }: EventWatch & Partial<EventMap<From, To>>,
): AsyncIterableIterator<From | To, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  const mapped: AsyncIterableIterator<From | To, undefined> = {
    async next() {
      try {
        const result = await iterator.next();
        if (result.done === true) {
          onEnd();
          return { done: true, value: undefined };
        }
        return map === undefined ? result : { done: false, value: map(result.value) };
      } catch (error) {
        throw mapError(error);
      }
    },
    async return() {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => mapped,
  };
  return mapped;
}
