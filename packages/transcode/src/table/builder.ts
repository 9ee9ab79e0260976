import { TABLE } from "../built/layout.js";

const INITIAL_SIZE = 16384;
/** The alignment of the table's records. */
export const ALIGNMENT = 16;

const TEXT_CHUNK = 1024;

const encoder = new TextEncoder();

/** A text in the table, in UTF-8. */
export interface TextPlace {
  readonly place: number;
  readonly length: number;
}

/**
 * Builds the table in a growing buffer. A place is an address in the kernel's memory, `TABLE` or
 * later.
 */
export class TableBuilder {
  #bytes = new Uint8Array(INITIAL_SIZE);
  #view = new DataView(this.#bytes.buffer);
  #size: number;
  readonly #texts = new Map<string, TextPlace>();
  /** The rest of a space for texts. */
  #text = 0;
  #textEnd = 0;

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

  /**
   * Adds a text that the kernel copies in blocks, which may reach into whatever follows it. Equal
   * texts are added once.
   */
  addText(text: string): TextPlace {
    let added = this.#texts.get(text);
    if (added === undefined) {
      const bytes = encoder.encode(text);
      if (this.#text + bytes.length >= this.#textEnd) {
        const size = Math.max(bytes.length + 1, TEXT_CHUNK);
        this.#text = this.allocate(size);
        this.#textEnd = this.#text + size;
      }
      added = { place: this.#text, length: bytes.length };
      this.setBytes(added.place, bytes);
      this.#text += bytes.length;
      this.#texts.set(text, added);
    }
    return added;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }
}
