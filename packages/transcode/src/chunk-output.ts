import { joinBytes } from "@stepwire/wire/internal";

/**
 * Collects the output of a chunk: in the caller's buffer as long as it has room, then in separate
 * buffers.
 */
export class ChunkOutput {
  readonly #into: Uint8Array<ArrayBuffer> | undefined;
  #used = 0;
  /** The first piece that does not fit, and all later ones. */
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];

  constructor(into: Uint8Array<ArrayBuffer> | undefined) {
    this.#into = into;
  }

  /** The rest of the caller's buffer, if it gave one and all pieces so far fit. */
  get room(): Uint8Array<ArrayBuffer> | undefined {
    return this.#parts.length === 0 ? this.#into?.subarray(this.#used) : undefined;
  }

  /** Adds a piece, which may already be in the caller's buffer. */
  add(piece: Uint8Array<ArrayBuffer>): void {
    const room = this.room;
    if (room === undefined || piece.length > room.length) {
      this.#parts.push(piece);
      return;
    }
    if (piece.buffer !== room.buffer) {
      room.set(piece);
    }
    this.#used += piece.length;
  }

  /** Returns all pieces in one buffer, without a copy if there is only one piece. */
  join(): Uint8Array<ArrayBuffer> {
    const placed = this.#used === 0 ? undefined : this.#into?.subarray(0, this.#used);
    const pieces = placed === undefined ? this.#parts : [placed, ...this.#parts];
    const [first = new Uint8Array()] = pieces;
    return pieces.length <= 1 ? first : joinBytes(pieces);
  }
}
