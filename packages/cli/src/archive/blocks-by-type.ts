import type { ArchiveBlock } from "@stepwire/wire";

/** Splits the blocks of concatenated archives where the type of their documents changes. */
export class BlocksByType {
  readonly #blocks: AsyncIterator<ArchiveBlock>;
  /** The block after those that were yielded. */
  #next: ArchiveBlock | undefined;

  constructor(blocks: AsyncIterable<ArchiveBlock>) {
    this.#blocks = blocks[Symbol.asyncIterator]();
  }

  /** Returns the block with which the next type begins; undefined at the end. */
  async peek(): Promise<ArchiveBlock | undefined> {
    this.#next ??= await this.#read();
    return this.#next;
  }

  /** Yields that block and all after it that have the same type. */
  async *ofOneType(): AsyncGenerator<ArchiveBlock, void> {
    const first = await this.peek();
    for (let block = first; block !== undefined; block = await this.#read()) {
      if (block.type !== first?.type) {
        this.#next = block;
        return;
      }
      this.#next = undefined;
      yield block;
    }
  }

  async #read(): Promise<ArchiveBlock | undefined> {
    const { done, value } = await this.#blocks.next();
    return done === true ? undefined : value;
  }
}
