/** How many pieces are joined at a time. */
const PIECES = 4096;

/**
 * Joins pieces of text. A piece takes some 30 bytes of memory beside its characters,
 * and a text may consist of as many pieces as it has characters: they are joined from
 * time to time.
 */
export class TextBuilder {
  readonly #texts: string[] = [];
  #pieces: string[] = [];

  add(piece: string): void {
    this.#pieces.push(piece);
    if (this.#pieces.length >= PIECES) {
      this.#texts.push(this.#pieces.join(""));
      this.#pieces = [];
    }
  }

  toString(): string {
    return `${this.#texts.join("")}${this.#pieces.join("")}`;
  }
}
