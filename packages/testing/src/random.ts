/**
 * A small, fast generator of random numbers (sfc32) that gives the same sequence
 * for the same seed on every machine.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number) {
    this.a = seed | 0;
    this.b = (seed / 0x100000000) | 0;
    this.c = 0x9e3779b9 | 0;
    for (let round = 0; round < 12; round++) {
      this.next();
    }
  }

  /** Returns an integer from 0 to 2^32 - 1. */
  next(): number {
    const result = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** Returns an integer from 0 to `bound` - 1. */
  below(bound: number): number {
    return Math.floor((this.next() / 0x100000000) * bound);
  }

  /** Returns true with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability * 0x100000000;
  }

  /** Returns a random element. */
  pick<Element>(elements: readonly [Element, ...Element[]]): Element;
  pick<Element>(elements: readonly Element[]): Element | undefined;
  pick<Element>(elements: readonly Element[]): Element | undefined {
    return elements[this.below(elements.length)];
  }

  /** Shuffles the elements in place. */
  shuffle<Element>(elements: Element[]): void {
    for (let end = elements.length - 1; end > 0; end--) {
      const other = this.below(end + 1);
      const [left, right] = [elements[end], elements[other]];
      if (left !== undefined && right !== undefined) {
        elements[end] = right;
        elements[other] = left;
      }
    }
  }
}
