import { createPolled, ENDED, isPolled, type Polled } from "./polled.js";

/** Callbacks for the end of a source. */
export interface EventWatch {
  /** Returns the error to throw in place of an error of the source. */
  readonly mapError?: (error: unknown) => unknown;
  /** Called when the source has ended regularly. */
  readonly onEnd?: () => void;
}

/** Callbacks for the elements and the end of a source. */
export interface EventMap<From, To> extends EventWatch {
  readonly map: (element: From) => To;
}

/**
 * Returns the elements of a source, converted if there is a function for it. This is a plain
 * iterator, because every event passes through it and a generator costs several more microtasks per
 * event. It can be polled if the source can.
 */
export function mapEvents<From, To>(source: Polled<From>, options: EventMap<From, To>): Polled<To>;
export function mapEvents<Element>(source: Polled<Element>, options: EventWatch): Polled<Element>;
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
  if (isPolled(iterator)) {
    const take = (): From | To | typeof ENDED | undefined => {
      try {
        const value = iterator.take();
        if (value === ENDED) {
          onEnd();
          return value;
        }
        return value === undefined || map === undefined ? value : map(value);
      } catch (error) {
        throw mapError(error);
      }
    };
    const wait = (wake: () => void): void => iterator.wait(wake);
    return createPolled({ take, wait }, () => iterator.return?.());
  }
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
