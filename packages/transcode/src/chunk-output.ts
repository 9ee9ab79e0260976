/** What a chunk comes to, piece by piece: in the caller's buffer while that has room. */
export class ChunkOutput {
  readonly #into: Uint8Array<ArrayBuffer> | undefined;
  #used = 0;
  /** What has no room there, and all that follows it. */
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];

  constructor(into: Uint8Array<ArrayBuffer> | undefined) {
    this.#into = into;
  }

  /** Where the next piece has its place, if the caller gave one. */
  get room(): Uint8Array<ArrayBuffer> | undefined {
    return this.#parts.length === 0 ? this.#into?.subarray(this.#used) : undefined;
  }

  /** Adds a piece, which may be in its place already. */
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

  /** All pieces. */
  join(): Uint8Array<ArrayBuffer> {
    const placed = this.#into?.subarray(0, this.#used);
    return joinBytes(placed === undefined ? this.#parts : [placed, ...this.#parts]);
  }
}

/** The pieces that have something in them, one after the other; without a copy if it is one. */
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
