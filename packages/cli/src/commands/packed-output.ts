import { ArchiveLayout, randomId } from "@stepwire/wire/archive-layout";
import type { BlockResult } from "../batch/block.js";
import { type BlockCompression, storeBlock } from "../batch/store-block.js";
import type { Output } from "../files/output.js";

/** The file that `pack` writes. */
export interface PackedOutput {
  /** Where it is written, for callers that write parts of it themselves. */
  readonly output: Output;
  /** The current archive; undefined for documents after their sizes. */
  readonly archive: ArchiveLayout | undefined;
  /** Number of bytes so far. */
  readonly bytes: number;
  /**
   * Prepares for documents of a message, by its full name. Must be called before documents are added.
   */
  begin(type: string): Promise<void>;
  /** Adds a document after its size, in parts. The bytes may be reused afterwards. */
  add(document: readonly Uint8Array[]): Promise<void>;
  /** Adds the documents of a converted block. */
  addBlock(result: BlockResult): Promise<void>;
  /** Prepares for results that the caller writes itself, at the position of the output. */
  beforeWritten(): Promise<void>;
  /** Adds a result that the caller has written. */
  addWritten(result: Omit<BlockResult, "output"> & { readonly written: number }): void;
  /** Writes the end of the file. */
  end(): Promise<void>;
}

/** Documents after their sizes, as the libraries of Protobuf read them. */
export class DelimitedOutput implements PackedOutput {
  readonly output: Output;
  readonly archive = undefined;
  bytes = 0;

  constructor(output: Output) {
    this.output = output;
  }

  begin(): Promise<void> {
    return Promise.resolve();
  }

  async add(document: readonly Uint8Array[]): Promise<void> {
    for (const part of document) {
      await this.#write(part);
    }
  }

  addBlock({ output }: BlockResult): Promise<void> {
    return this.#write(output);
  }

  beforeWritten(): Promise<void> {
    return Promise.resolve();
  }

  addWritten({ written }: { readonly written: number }): void {
    this.bytes += written;
  }

  end(): Promise<void> {
    return Promise.resolve();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    await this.output.write(bytes);
  }
}

/** Size at which a block of single documents ends. */
const BLOCK_SIZE = 1024 * 1024;

/** An archive; several ones if the documents have several types. */
export class ArchiveOutput implements PackedOutput {
  readonly output: Output;
  readonly #compression: BlockCompression;
  #archive = new ArchiveLayout("", randomId());
  #type: string | undefined;
  bytes = 0;
  /** The documents of the next block that were added one by one, and spare capacity. */
  #block: Uint8Array<ArrayBuffer> = new Uint8Array();
  #filled = 0;
  #documents = 0;

  constructor(output: Output, compression: BlockCompression) {
    this.output = output;
    this.#compression = compression;
  }

  get archive(): ArchiveLayout {
    return this.#archive;
  }

  async begin(type: string): Promise<void> {
    if (type === this.#type) {
      return;
    }
    if (this.#type !== undefined) {
      await this.end();
    }
    this.#type = type;
    this.#archive = new ArchiveLayout(type, randomId());
  }

  async add(document: readonly Uint8Array[]): Promise<void> {
    for (const part of document) {
      this.#append(part);
    }
    this.#documents++;
    if (this.#filled >= BLOCK_SIZE) {
      await this.#endBlock();
    }
  }

  async addBlock({ output, stored }: BlockResult): Promise<void> {
    if (stored !== undefined) {
      await this.#endBlock();
      await this.#write(this.#archive.take([this.#archive.addBlock(stored)]));
      await this.#write(output);
    }
  }

  async beforeWritten(): Promise<void> {
    await this.#endBlock();
    await this.#write(this.#archive.take([]));
  }

  addWritten({ stored, written }: Parameters<PackedOutput["addWritten"]>[0]): void {
    this.bytes += written;
    if (stored !== undefined) {
      this.#archive.addWritten(stored);
    }
  }

  async end(): Promise<void> {
    await this.#endBlock();
    await this.#write(this.#archive.end());
  }

  #append(part: Uint8Array): void {
    const filled = this.#filled + part.length;
    if (filled > this.#block.length) {
      const larger = new Uint8Array(Math.max(filled, 2 * this.#block.length));
      larger.set(this.#block.subarray(0, this.#filled));
      this.#block = larger;
    }
    this.#block.set(part, this.#filled);
    this.#filled = filled;
  }

  async #endBlock(): Promise<void> {
    if (this.#documents === 0) {
      return;
    }
    const bytes = this.#block.subarray(0, this.#filled);
    const { payload, content } = storeBlock(bytes, this.#documents, this.#compression);
    this.#filled = 0;
    this.#documents = 0;
    await this.#write(this.#archive.take([this.#archive.addBlock(content), payload]));
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    await this.output.write(bytes);
  }
}
