import { TABLE } from "../built/layout.js";

const INITIAL_SIZE = 16384;
/** The alignment of the table's records. */
export const ALIGNMENT = 16;

/**
 * Builds the table in a growing buffer. A place is an address in the kernel's memory, `TABLE` or
 * later.
 */
export class TableBuilder {
  #bytes = new Uint8Array(INITIAL_SIZE);
  #view = new DataView(this.#bytes.buffer);
  #size: number;

  constructor(headerSize: number) {
    this.#size = headerSize;
  }

  /** Allocates zeroed space. Returns its place. */
  allocate(size: number): number {
    const place = TABLE + this.#size;
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
    this.#view.setUint8(place - TABLE, value);
  }

  setU16(place: number, value: number): void {
    this.#view.setUint16(place - TABLE, value, true);
  }

  setU32(place: number, value: number): void {
    this.#view.setUint32(place - TABLE, value, true);
  }

  setU64(place: number, value: bigint): void {
    this.#view.setBigUint64(place - TABLE, value, true);
  }

  getU8(place: number): number {
    return this.#view.getUint8(place - TABLE);
  }

  getU32(place: number): number {
    return this.#view.getUint32(place - TABLE, true);
  }

  getU64(place: number): bigint {
    return this.#view.getBigUint64(place - TABLE, true);
  }

  setBytes(place: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, place - TABLE);
  }

  /** Adds bytes, and as much space after them as a vector load may read. Returns their place. */
  addBytes(bytes: Uint8Array): number {
    const place = this.allocate(bytes.length + ALIGNMENT);
    this.#bytes.set(bytes, place - TABLE);
    return place;
  }

  /** Adds bytes, and space after them. Returns their place. */
  addPadded(bytes: Uint8Array, padding: number): number {
    const place = this.allocate(bytes.length + padding);
    this.#bytes.set(bytes, place - TABLE);
    return place;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }
}
