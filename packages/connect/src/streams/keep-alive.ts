import { RestartableTimer } from "../timer.js";

/** Options for filling the silence of a source. */
export interface KeepAliveOptions<Element> {
  /** Time without an element after which `element` is called, in milliseconds; 0 for never. */
  readonly interval: number;
  /** Returns the element that shows that the source is still alive. */
  readonly element: () => Element;
}

/**
 * Returns the elements of a source. When the reader has waited for an element for some time, it
 * gets a keep-alive instead. A reader that does not ask gets none, so they do not pile up.
 */
export function keepAlive<Element>(
  source: AsyncIterableIterator<Element, undefined>,
  { interval, element }: KeepAliveOptions<Element>,
): AsyncIterableIterator<Element, undefined> {
  if (interval <= 0) {
    return source;
  }
  let awaited: Promise<IteratorResult<Element, undefined>> | undefined;
  let onSilence: (() => void) | undefined;
  // One timer for all elements: creating one per element costs more than restarting it.
  const timer = new RestartableTimer(() => onSilence?.(), interval);
  const stop = (): void => timer.stop();
  const kept: AsyncIterableIterator<Element, undefined> = {
    next: () => {
      awaited ??= source.next();
      const current = awaited;
      timer.restart();
      return new Promise((resolve, reject) => {
        const silence = (): void => {
          onSilence = undefined;
          resolve({ done: false, value: element() });
        };
        onSilence = silence;
        const settle = (): boolean => {
          // After a keep-alive, the element belongs to the next call.
          const isMine = onSilence === silence;
          if (isMine) {
            onSilence = undefined;
            awaited = undefined;
          }
          return isMine;
        };
        current.then(
          (result) => {
            if (settle()) {
              if (result.done === true) {
                stop();
              }
              resolve(result);
            }
          },
          (error: unknown) => {
            if (settle()) {
              stop();
              reject(error);
            }
          },
        );
      });
    },
    return: async () => {
      stop();
      return (await source.return?.()) ?? { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => kept,
  };
  return kept;
}
