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

  /** Returns all pieces in one buffer. */
  join(): Uint8Array<ArrayBuffer> {
    const placed = this.#into?.subarray(0, this.#used);
    return joinBytes(placed === undefined ? this.#parts : [placed, ...this.#parts]);
  }
}

/** Concatenates pieces. Returns the piece itself if only one is not empty. */
export function joinBytes(pieces: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const filled = pieces.filter(({ length }) => length > 0);
  const [first = new Uint8Array()] = filled;
  if (filled.length <= 1) {
    return first;
  }
  const whole = new Uint8Array(filled.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const piece of filled) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
