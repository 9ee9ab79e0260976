import { joinBytes } from "../join-bytes.js";
import { NO_CODEC } from "./codec.js";
import { crc32 } from "./crc32.js";
import {
  BLOCK_BYTES,
  type BlockPart,
  ID_BYTES,
  type IndexEntry,
  TRAILER_BYTES,
  writeEntries,
  writePart,
} from "./parts.js";

/** Returns the identifier of a new archive. */
export function randomId(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(ID_BYTES));
}

/** What describes a block, without its place in the archive. */
export type BlockContent = Omit<BlockPart, "kind" | "id" | "before">;

/**
 * Returns the bytes before the payload of a block.
 *
 * @param before number of documents in all blocks before it.
 */
export function describeBlock(
  id: Uint8Array,
  before: number,
  content: BlockContent,
): Uint8Array<ArrayBuffer> {
  return writePart({ kind: "block", id, before, ...content });
}

/** The places of the blocks of an archive that is being written. */
export class ArchiveLayout {
  readonly id: Uint8Array;
  #header: Uint8Array<ArrayBuffer> | undefined;
  readonly #entries: IndexEntry[] = [];
  /** Size of the archive so far. */
  #size: number;
  /** Number of documents so far. */
  #documents = 0;

  constructor(type: string, id: Uint8Array) {
    if (id.length !== ID_BYTES) {
      throw new RangeError(`the identifier of an archive has ${ID_BYTES} bytes`);
    }
    this.id = id.slice();
    this.#header = writePart({ kind: "header", id, type });
    this.#size = this.#header.length;
  }

  /** Number of documents so far. */
  get documents(): number {
    return this.#documents;
  }

  /** Size of the archive so far, with its header. */
  get size(): number {
    return this.#size;
  }

  /** Returns the bytes of parts, after the header if it has not been returned. */
  take(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
    const header = this.#header === undefined ? [] : [this.#header];
    this.#header = undefined;
    return joinBytes([...header, ...parts]);
  }

  /** Adds a block. Returns the bytes before its payload. */
  addBlock(content: BlockContent): Uint8Array<ArrayBuffer> {
    const head = describeBlock(this.id, this.#documents, content);
    this.addWritten(content);
    return head;
  }

  /** Adds a block that is already written. */
  addWritten({ documents, stored }: Pick<BlockContent, "documents" | "stored">): void {
    this.#entries.push({ offset: this.#size, before: this.#documents });
    this.#size += BLOCK_BYTES + stored;
    this.#documents += documents;
  }

  /** Returns the end of the archive, after the header if it has not been returned. */
  end(): Uint8Array<ArrayBuffer> {
    const payload = writeEntries(this.#entries);
    const index = writePart({
      kind: "index",
      id: this.id,
      before: this.#documents,
      documents: this.#entries.length,
      size: payload.length,
      stored: payload.length,
      codec: NO_CODEC,
      checksum: crc32(payload),
    });
    const size = this.#size + index.length + payload.length + TRAILER_BYTES;
    const trailer = writePart({ kind: "trailer", id: this.id, index: this.#size, size });
    return this.take([index, payload, trailer]);
  }
}
