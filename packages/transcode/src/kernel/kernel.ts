import { RESULT, RESULT_SIZE } from "../built/layout.js";
import { checkRoom } from "../target.js";
import { type KernelExports, Result } from "./exports.js";
import { kernelModule } from "./module.js";
import { OutputBuffer } from "./output.js";
import { OUT_OF_MEMORY } from "./result-code.js";
import { type WasmMemory, webAssembly } from "./web-assembly.js";

const VERSION = 1;

/** An instance with more memory is dropped when documents are small again. */
const LARGE_MEMORY = 4 * 1024 * 1024;
/**
 * An instance with more memory is left to the garbage collector after the call. Until then, the next
 * document may use it: fresh memory takes longer than the conversion.
 */
const HUGE_MEMORY = 64 * 1024 * 1024;
/** In a large memory, a document that takes less than the 64th part counts as small. */
const SMALL_PART = 64;

/** The kernel's sizes have 31 bits. */
const LARGEST_SIZE = 0x7fffffff;

const DOES_NOT_FIT = "the batch does not fit into a WebAssembly memory; convert smaller chunks";

/** Lines of JSON to size-delimited messages, or back. */
export type Direction = "packLines" | "unpackLines";

/** The limits of a conversion, and the violations that it refuses. */
export interface Limits {
  readonly maxDepth: number;
  /** The largest size of a document in a batch, in bytes. */
  readonly maxBytes: number;
  /** One bit for each code that is refused in JSON, and likewise in binary. */
  readonly refusedJson: number;
  readonly refusedBinary: number;
}

/** Options for converting a batch. */
export interface BatchOptions {
  /** Whether this is the last batch. */
  readonly last: boolean;
  /** Buffer to write the output to, if it fits. */
  readonly into: Uint8Array<ArrayBuffer> | undefined;
}

/** The result of a batch. */
export interface BatchResult {
  readonly output: Uint8Array<ArrayBuffer>;
  readonly documents: number;
  /** The number of lines, or messages, that were converted. */
  readonly lines: number;
  /** Their size in the input, in bytes. */
  readonly consumed: number;
  /** Why the conversion stopped; 0 if it did not. */
  readonly code: number;
  /** The offset of the violation in the input. */
  readonly offset: number;
  /** The end of the line, or message, at which the conversion stopped. */
  readonly behind: number;
}

/** A kernel with one table. Its memory is private: no other instance can see its data. */
export class Kernel {
  readonly #table: Uint8Array;
  readonly #outputs = new OutputBuffer();
  #instance: Instance | undefined;
  #huge: WeakRef<Instance> | undefined;

  constructor(table: Uint8Array) {
    this.#table = table;
    this.#instance = new Instance(table);
  }

  /** The size of its memory in bytes. */
  get memorySize(): number {
    return this.#current?.memory.length ?? 0;
  }

  get #current(): Instance | undefined {
    return this.#instance ?? this.#huge?.deref();
  }

  /** Why the last call stopped. */
  code = 0;
  /** The offset at which it stopped. */
  offset = 0;

  /** Converts JSON to Protobuf. Returns undefined if the kernel stopped. */
  toBinary(
    json: Uint8Array,
    maxDepth: number,
    refused: number,
  ): Uint8Array<ArrayBuffer> | undefined {
    const instance = this.#load(json);
    if (instance === undefined) {
      return undefined;
    }
    return this.#take(instance, instance.exports.toBinary(json.length, maxDepth, refused));
  }

  /** Converts Protobuf to JSON. Returns undefined if the kernel stopped. */
  toJson(
    binary: Uint8Array,
    maxDepth: number,
    refused: number,
  ): Uint8Array<ArrayBuffer> | undefined {
    const instance = this.#load(binary);
    if (instance === undefined) {
      return undefined;
    }
    return this.#take(instance, instance.exports.toJson(binary.length, maxDepth, refused));
  }

  /**
   * Like `toBinary`, but copies the output to a buffer. Returns its size, or -1 if the kernel
   * stopped.
   *
   * @throws {TargetTooSmallError} if the buffer has no room for it.
   */
  toBinaryInto(
    json: Uint8Array,
    maxDepth: number,
    refused: number,
    target: Uint8Array,
    offset: number,
  ): number {
    const instance = this.#load(json);
    if (instance === undefined) {
      return -1;
    }
    const size = instance.exports.toBinary(json.length, maxDepth, refused);
    return this.#takeInto(instance, size, target, offset);
  }

  /** Likewise for `toJson`. */
  toJsonInto(
    binary: Uint8Array,
    maxDepth: number,
    refused: number,
    target: Uint8Array,
    offset: number,
  ): number {
    const instance = this.#load(binary);
    if (instance === undefined) {
      return -1;
    }
    const size = instance.exports.toJson(binary.length, maxDepth, refused);
    return this.#takeInto(instance, size, target, offset);
  }

  /**
   * Converts the JSON payload of the arm with a number to the record of its field. Returns
   * undefined if the kernel stopped.
   */
  payloadToBinary(
    arm: number,
    json: Uint8Array,
    maxDepth: number,
    refused: number,
  ): Uint8Array<ArrayBuffer> | undefined {
    const instance = this.#load(json);
    if (instance === undefined) {
      return undefined;
    }
    const { exports } = instance;
    return this.#take(instance, exports.payloadToBinary(arm, json.length, maxDepth, refused));
  }

  /**
   * Converts the value of the arm with a number to its JSON payload. Returns undefined if the
   * kernel stopped.
   */
  payloadToJson(
    arm: number,
    binary: Uint8Array,
    maxDepth: number,
    refused: number,
  ): Uint8Array<ArrayBuffer> | undefined {
    const instance = this.#load(binary);
    if (instance === undefined) {
      return undefined;
    }
    const { exports } = instance;
    return this.#take(instance, exports.payloadToJson(arm, binary.length, maxDepth, refused));
  }

  /**
   * Converts a batch.
   *
   * @throws {RangeError} if a WebAssembly memory cannot hold it.
   */
  convertLines(
    direction: Direction,
    input: Uint8Array,
    limits: Limits,
    { last, into }: BatchOptions,
  ): BatchResult {
    if (this.#load(input) === undefined) {
      throw new RangeError(DOES_NOT_FIT);
    }
    return this.#convertInput(direction, input.length, limits, last, (memory, start, size) =>
      this.#outputs.copyInto(memory, start, size, into),
    );
  }

  /**
   * Returns the part of the memory where the kernel reads its input, to be filled by the caller. It
   * is valid until the next call.
   *
   * @throws {RangeError} if a WebAssembly memory cannot hold an input of this size.
   */
  reserve(size: number): Uint8Array<ArrayBuffer> {
    const instance = this.#instanceFor(size);
    if (instance === undefined) {
      throw new RangeError(DOES_NOT_FIT);
    }
    return instance.memory.subarray(instance.input, instance.input + size);
  }

  /**
   * Converts the first bytes of the reserved memory. The output is part of the memory as well, and
   * valid until the next call.
   *
   * @throws {RangeError} if a WebAssembly memory cannot hold the output.
   */
  convertReserved(direction: Direction, size: number, limits: Limits): BatchResult {
    return this.#convertInput(direction, size, limits, true, (memory, start, length) =>
      memory.subarray(start, start + length),
    );
  }

  /** Converts the input that the reserved memory holds. */
  #convertInput(
    direction: Direction,
    length: number,
    { maxDepth, maxBytes, refusedJson, refusedBinary }: Limits,
    last: boolean,
    take: (memory: Uint8Array<ArrayBuffer>, start: number, size: number) => Uint8Array<ArrayBuffer>,
  ): BatchResult {
    const instance = this.#instance;
    if (instance === undefined) {
      throw new RangeError(DOES_NOT_FIT);
    }
    const { exports } = instance;
    const refused = direction === "packLines" ? refusedJson : refusedBinary;
    const maxSize = Math.min(maxBytes, LARGEST_SIZE);
    const size = exports[direction](length, maxDepth, refused, maxSize, last ? 1 : 0);
    instance.refresh();
    const { result } = instance;
    const code = result[Result.code] ?? 0;
    if (size < 0 || code === OUT_OF_MEMORY) {
      this.#instance = undefined;
      throw new RangeError(DOES_NOT_FIT);
    }
    const batch = {
      output: take(instance.memory, result[Result.output] ?? 0, size),
      documents: result[Result.documents] ?? 0,
      lines: result[Result.lines] ?? 0,
      consumed: result[Result.consumed] ?? 0,
      code,
      offset: result[Result.offset] ?? 0,
      behind: result[Result.behind] ?? 0,
    };
    this.#giveUpIfHuge(instance);
    return batch;
  }

  /** Returns an instance that holds the input; undefined if no memory has room for it. */
  #load(input: Uint8Array): Instance | undefined {
    const instance = this.#instanceFor(input.length);
    instance?.memory.set(input, instance.input);
    return instance;
  }

  /**
   * Returns an instance that has room for an input of this size and up-to-date views of its
   * memory.
   */
  #instanceFor(size: number): Instance | undefined {
    const instance = this.#instance;
    return instance !== undefined && size <= instance.capacity && size >= instance.smallest
      ? instance
      : this.#makeRoom(size);
  }

  #makeRoom(size: number): Instance | undefined {
    let instance = this.#current;
    if (instance === undefined || size < instance.smallest) {
      instance = new Instance(this.#table);
    }
    this.#instance = instance;
    this.#huge = undefined;
    if (size <= instance.capacity || instance.reserve(size)) {
      return instance;
    }
    this.#instance = undefined;
    this.code = OUT_OF_MEMORY;
    this.offset = 0;
    return undefined;
  }

  #take(instance: Instance, size: number): Uint8Array<ArrayBuffer> | undefined {
    instance.refresh();
    if (size < 0) {
      this.#stop(instance);
      return undefined;
    }
    const { memory, result } = instance;
    const output = this.#outputs.copy(memory, result[Result.output] ?? 0, size);
    this.#giveUpIfHuge(instance);
    return output;
  }

  #takeInto(instance: Instance, size: number, target: Uint8Array, offset: number): number {
    instance.refresh();
    if (size < 0) {
      this.#stop(instance);
      return size;
    }
    const { memory, result } = instance;
    this.#giveUpIfHuge(instance);
    checkRoom(size, target, offset);
    this.#outputs.copyTo(memory, result[Result.output] ?? 0, size, target, offset);
    return size;
  }

  /** Notes why a call stopped. */
  #stop(instance: Instance): void {
    this.code = instance.result[Result.code] ?? 0;
    this.offset = instance.result[Result.offset] ?? 0;
    this.#giveUpIfHuge(instance);
  }

  #giveUpIfHuge(instance: Instance): void {
    if (instance.isHuge) {
      this.#instance = undefined;
      this.#huge = new WeakRef(instance);
    }
  }
}

class Instance {
  readonly exports: KernelExports;
  memory: Uint8Array<ArrayBuffer>;
  result: Uint32Array<ArrayBuffer>;
  /** The address of the input, and how many bytes fit there. */
  input = 0;
  capacity = -1;
  /** Inputs below this size do not justify a memory of this size. */
  smallest = 0;
  isHuge = false;

  constructor(table: Uint8Array) {
    // Safe, because the kernel belongs to this package and its version is checked next.
    const exports = new webAssembly.Instance(kernelModule()).exports as unknown as KernelExports;
    if (exports.version() !== VERSION) {
      throw new Error("the kernel has another version than this package");
    }
    this.exports = exports;
    const place = exports.reserveTable(table.length);
    const seed = crypto.getRandomValues(new Uint32Array(2));
    exports.seedHash(seed[0] ?? 0, seed[1] ?? 0);
    this.memory = viewOf(exports.memory);
    this.result = resultOf(exports.memory);
    this.memory.set(table, place);
  }

  /**
   * Updates the views; must be called after each call of the kernel. A memory that grew has a new
   * buffer.
   */
  refresh(): void {
    if (this.memory.length === 0) {
      this.memory = viewOf(this.exports.memory);
      this.result = resultOf(this.exports.memory);
      const size = this.memory.length;
      this.smallest = size > LARGE_MEMORY ? size / SMALL_PART : 0;
      this.isHuge = size > HUGE_MEMORY;
    }
  }

  /** Makes room for an input. Returns false if the memory cannot grow. */
  reserve(size: number): boolean {
    // Rounded up, so that slowly growing documents do not need a call each.
    const generous = Math.max(MINIMUM_CAPACITY, Math.ceil(size * CAPACITY_FACTOR));
    for (const capacity of [generous, size]) {
      const place = this.exports.reserveInput(capacity) >>> 0;
      if (place !== 0) {
        this.input = place;
        this.capacity = capacity;
        this.refresh();
        return true;
      }
    }
    return false;
  }
}

const MINIMUM_CAPACITY = 16 * 1024;
const CAPACITY_FACTOR = 1.25;

function viewOf(memory: WasmMemory): Uint8Array<ArrayBuffer> {
  return new Uint8Array(memory.buffer);
}

function resultOf(memory: WasmMemory): Uint32Array<ArrayBuffer> {
  return new Uint32Array(memory.buffer, RESULT, RESULT_SIZE / Uint32Array.BYTES_PER_ELEMENT);
}
