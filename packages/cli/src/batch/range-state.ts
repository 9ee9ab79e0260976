/** The shared words. */
const NEXT = 0;
const TURN = 1;
/** The first byte after them, for the position of the output. */
const POSITION_BYTES = 8;
const SIZE = 16;

/** The value of the turn after `stop`. */
const STOPPED = -1;

/**
 * What threads share that convert the ranges of one file: which range is next, whose output is next,
 * and where it goes.
 */
export class RangeState {
  /** The memory; other threads are given it. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #position: Float64Array<SharedArrayBuffer>;

  /** @param memory the memory of another thread's state; a new one if omitted. */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(SIZE)) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, 2);
    this.#position = new Float64Array(memory, POSITION_BYTES, 1);
  }

  /** The position in the output file after all ranges whose turn has passed. */
  get position(): number {
    return this.#position[0] ?? 0;
  }

  set position(position: number) {
    this.#position[0] = position;
  }

  /** Takes the next range. Returns its number, which may be beyond the last range. */
  take(): number {
    return Atomics.add(this.#words, NEXT, 1);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#words, TURN) === STOPPED;
  }

  /**
   * Blocks the thread until the range is the next to be written.
   *
   * @returns false if that has not come after some milliseconds, or if the work has been stopped.
   */
  waitForTurn(range: number, milliseconds: number): boolean {
    const end = performance.now() + milliseconds;
    for (;;) {
      const turn = Atomics.load(this.#words, TURN);
      const left = end - performance.now();
      if (turn === range || turn === STOPPED || left <= 0) {
        return turn === range;
      }
      Atomics.wait(this.#words, TURN, turn, left);
    }
  }

  /**
   * Reserves the place of the output of a range, whose turn it is. Then it is the turn of the next
   * range.
   *
   * @returns The position where the output starts.
   */
  pass(range: number, size: number): number {
    const start = this.position;
    this.position = start + size;
    Atomics.compareExchange(this.#words, TURN, range, range + 1);
    Atomics.notify(this.#words, TURN);
    return start;
  }

  /** Ends the work: no other range gets its turn. */
  stop(): void {
    Atomics.store(this.#words, TURN, STOPPED);
    Atomics.notify(this.#words, TURN);
  }
}
