/** The shared words. */
const NEXT = 0;
const TURN = 1;
/** The first byte after them, for the position of the output and the number of documents. */
const POSITION_BYTES = 8;
const POSITION = 0;
const DOCUMENTS = 1;
const SIZE = 24;

/** The value of the turn after `stop`. */
const STOPPED = -1;

/** The place of the output of a range. */
export interface RangePlace {
  /** Where it starts in the output file. */
  readonly position: number;
  /** Number of documents before it. */
  readonly documents: number;
}

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
    this.#position = new Float64Array(memory, POSITION_BYTES, 2);
  }

  /** The place after all ranges whose turn has passed. */
  get place(): RangePlace {
    const { [POSITION]: position = 0, [DOCUMENTS]: documents = 0 } = this.#position;
    return { position, documents };
  }

  set place({ position, documents }: RangePlace) {
    this.#position[POSITION] = position;
    this.#position[DOCUMENTS] = documents;
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
   * @returns the place of the output.
   */
  pass(range: number, size: number, documents: number): RangePlace {
    const place = this.place;
    this.place = {
      position: place.position + size,
      documents: place.documents + documents,
    };
    Atomics.compareExchange(this.#words, TURN, range, range + 1);
    Atomics.notify(this.#words, TURN);
    return place;
  }

  /** Ends the work: no other range gets its turn. */
  stop(): void {
    Atomics.store(this.#words, TURN, STOPPED);
    Atomics.notify(this.#words, TURN);
  }
}
