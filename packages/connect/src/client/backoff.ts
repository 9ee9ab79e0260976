const FIRST_WAIT = 50;
const LONGEST_WAIT = 1000;

/** Upper limit of one wait, as a fraction of the window; used if it exceeds `LONGEST_WAIT`. */
const WINDOW_PART = 20;

/** A connection that lasted at least this long counts as sound, in milliseconds. */
const SOUND = 1000;

/**
 * Computes the wait before each attempt to reconnect, in milliseconds. The first wait after a sound
 * connection is 0; every further wait is twice as long as the last one. Each is shortened by a
 * random part of up to a half, so that the clients of one server do not reconnect at the same
 * moment.
 */
export class Backoff {
  readonly #longest: number;
  #wait = 0;
  #openedAt: number | undefined;

  /** @param window time within which all attempts are made, in milliseconds. */
  constructor(window: number) {
    this.#longest = Math.max(LONGEST_WAIT, window / WINDOW_PART);
  }

  /** Records that a connection was opened again. */
  opened(): void {
    this.#openedAt = performance.now();
  }

  /** Records that the connection broke. */
  broken(): void {
    if (this.#openedAt !== undefined && performance.now() - this.#openedAt >= SOUND) {
      this.#wait = 0;
    }
    this.#openedAt = undefined;
  }

  /** Returns the wait before the next attempt, in milliseconds. */
  next(): number {
    const wait = this.#wait * (1 - Math.random() / 2);
    this.#wait = Math.min(Math.max(FIRST_WAIT, 2 * this.#wait), this.#longest);
    return wait;
  }
}
