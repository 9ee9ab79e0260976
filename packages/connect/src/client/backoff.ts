const FIRST_WAIT = 50;
const LONGEST_WAIT = 1000;

/** The longest wait is this part of the window, where that is more than `LONGEST_WAIT`. */
const WINDOW_PART = 20;

/** How long a connection lasts, at least, that counts as a sound one. */
const SOUND = 1000;

/**
 * How long to wait before each attempt to reconnect, in milliseconds: not at all after a
 * connection that was sound, then twice as long each time, less a random part of up to a
 * half, so that clients of one server do not come back at once.
 */
export class Backoff {
  readonly #longest: number;
  #wait = 0;
  #openedAt: number | undefined;

  /** @param window the time in which all attempts are made. */
  constructor(window: number) {
    this.#longest = Math.max(LONGEST_WAIT, window / WINDOW_PART);
  }

  /** A connection was opened again. */
  opened(): void {
    this.#openedAt = performance.now();
  }

  /** The connection broke. */
  broken(): void {
    if (this.#openedAt !== undefined && performance.now() - this.#openedAt >= SOUND) {
      this.#wait = 0;
    }
    this.#openedAt = undefined;
  }

  /** The time to wait before the next attempt. */
  next(): number {
    const wait = this.#wait * (1 - Math.random() / 2);
    this.#wait = Math.min(Math.max(FIRST_WAIT, 2 * this.#wait), this.#longest);
    return wait;
  }
}
