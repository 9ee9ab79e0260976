const INITIAL_SIZE = 16384;
/** What a record of the kernel's table is aligned to. */
const ALIGNMENT = 16;

/** Writes records into bytes that grow. A place is an offset from the start of the table. */
export class TableBuilder {
  #bytes = new Uint8Array(INITIAL_SIZE);
  #view = new DataView(this.#bytes.buffer);
  #size: number;

  constructor(headerSize: number) {
    this.#size = headerSize;
  }

  /** Takes zeroed space; its place. */
  allocate(size: number): number {
    const place = this.#size;
    this.#size += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    if (this.#size > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(this.#size, this.#bytes.length * 2));
      bytes.set(this.#bytes);
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer);
    }
    return place;
  }

  setU8(place: number, value: number): void {
    this.#view.setUint8(place, value);
  }

  setU32(place: number, value: number): void {
    this.#view.setUint32(place, value, true);
  }

  setU64(place: number, value: bigint): void {
    this.#view.setBigUint64(place, value, true);
  }

  getU8(place: number): number {
    return this.#view.getUint8(place);
  }

  getU32(place: number): number {
    return this.#view.getUint32(place, true);
  }

  getU64(place: number): bigint {
    return this.#view.getBigUint64(place, true);
  }

  setBytes(place: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, place);
  }

  /** Takes space for bytes, and for as much behind them as a wide load may touch; their place. */
  addBytes(bytes: Uint8Array): number {
    const place = this.allocate(bytes.length + ALIGNMENT);
    this.#bytes.set(bytes, place);
    return place;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }
}
