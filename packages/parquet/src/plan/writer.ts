const utf8 = new TextEncoder();

/** Words of a plan under construction. Places are offsets in bytes. */
export class PlanWriter {
  readonly #words: number[] = [];
  readonly #texts = new Map<string, { readonly bytes: Uint8Array; readonly words: number[] }>();

  get size(): number {
    return this.#words.length * 4;
  }

  /** Adds zeroed words. Returns their place. */
  reserve(bytes: number): number {
    const place = this.size;
    for (let word = 0; word < bytes; word += 4) {
      this.#words.push(0);
    }
    return place;
  }

  /** Sets the word at a place. */
  set(place: number, value: number): void {
    this.#words[place / 4] = value >>> 0;
  }

  /** Sets the word at a place to that of a text, and the next one to its size. */
  setText(place: number, text: string): void {
    const known = this.#texts.get(text);
    const entry = known ?? { bytes: utf8.encode(text), words: [] };
    this.#texts.set(text, entry);
    entry.words.push(place);
    this.set(place + 4, entry.bytes.length);
  }

  /** Returns all words in little-endian order, and the texts. */
  finish(sizeAt: number): Uint8Array<ArrayBuffer> {
    let size = this.size;
    for (const { bytes, words } of this.#texts.values()) {
      for (const place of words) {
        this.set(place, size);
      }
      size += bytes.length;
    }
    this.set(sizeAt, size);
    const plan = new Uint8Array(size);
    const view = new DataView(plan.buffer);
    for (const [index, word] of this.#words.entries()) {
      view.setUint32(index * 4, word, true);
    }
    let at = this.size;
    for (const { bytes } of this.#texts.values()) {
      plan.set(bytes, at);
      at += bytes.length;
    }
    return plan;
  }
}
