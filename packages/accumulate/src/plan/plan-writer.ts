import { MAGIC, PLAN, PLAN_SIZE, PLAN_WORDS } from "./layout.js";

/** Writes the records of a plan. Addresses are those in the memory of the module. */
export class PlanWriter {
  readonly #words: number[] = new Array<number>(PLAN_WORDS).fill(0);
  readonly #texts = new Map<string, number>();
  readonly #bytes: number[] = [];
  /** The words with the address of a text: the offset of the text. */
  readonly #references: { readonly index: number; readonly offset: number }[] = [];

  /** Returns the address of a new record of this many words, which are 0. */
  allocate(words: number): number {
    const address = PLAN + 4 * this.#words.length;
    for (let index = 0; index < words; index++) {
      this.#words.push(0);
    }
    return address;
  }

  /** Writes words from an index of a record on. */
  set(record: number, index: number, ...values: readonly number[]): void {
    for (const [offset, value] of values.entries()) {
      this.#words[this.#indexOf(record) + index + offset] = value >>> 0;
    }
  }

  /** Writes the address and the size of a text. */
  setText(record: number, index: number, text: string): void {
    const bytes = new TextEncoder().encode(text);
    let offset = this.#texts.get(text);
    if (offset === undefined) {
      offset = this.#bytes.length;
      this.#texts.set(text, offset);
      this.#bytes.push(...bytes);
    }
    const place = this.#indexOf(record) + index;
    this.#references.push({ index: place, offset });
    this.#words[place + 1] = bytes.length;
  }

  /** Writes a record for each value, and the number of records and their address. */
  setList<Item>(
    record: number,
    index: number,
    items: readonly Item[],
    words: number,
    write: (record: number, item: Item) => void,
  ): void {
    const list = this.allocate(items.length * words);
    this.set(record, index, items.length, list);
    for (const [position, item] of items.entries()) {
      write(list + 4 * words * position, item);
    }
  }

  /** Returns the plan. */
  finish(hash: number): Uint8Array<ArrayBuffer> {
    const textStart = 4 * this.#words.length;
    // The size is a multiple of 8, so that the data behind the plan is aligned.
    const size = (textStart + this.#bytes.length + 7) & ~7;
    const plan = new Uint8Array(size);
    const view = new DataView(plan.buffer);
    for (const { index, offset } of this.#references) {
      this.#words[index] = PLAN + textStart + offset;
    }
    this.#words[0] = MAGIC;
    this.#words[1] = hash;
    this.#words[PLAN_SIZE] = size;
    for (const [index, word] of this.#words.entries()) {
      view.setUint32(4 * index, word, true);
    }
    plan.set(this.#bytes, textStart);
    return plan;
  }

  #indexOf(record: number): number {
    return (record - PLAN) / 4;
  }
}
