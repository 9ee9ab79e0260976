import { RESULT, RESULT_SIZE } from "../built/layout.js";
import { KernelCode } from "./code.js";
import { type KernelExports, Result } from "./exports.js";
import { kernelModule } from "./module.js";
import { OutputBuffer } from "./output.js";
import { type WasmMemory, webAssembly } from "./web-assembly.js";

const VERSION = 1;

/** An instance with more memory than this is given up when documents are small again. */
const LARGE_MEMORY = 4 * 1024 * 1024;
/** An instance with more memory than this is given up at once. */
const HUGE_MEMORY = 64 * 1024 * 1024;
/** Of a large memory, a document that takes less than this part counts as small. */
const SMALL_PART = 64;

/** Sizes in the kernel have 31 bits. */
const LARGEST_SIZE = 0x7fffffff;

/** Lines of JSON to size-delimited messages, or back. */
export type Direction = "packLines" | "unpackLines";

/** What is refused. */
export interface Limits {
  readonly maxDepth: number;
  /** The size of a document in a batch. */
  readonly maxBytes: number;
  /** A bit for each code of what is refused in JSON, and in binary. */
  readonly refusedJson: number;
  readonly refusedBinary: number;
}

/** How a batch is converted. */
export interface BatchOptions {
  /** Whether nothing follows it. */
  readonly last: boolean;
  /** Where the output goes, if it has room there. */
  readonly into: Uint8Array<ArrayBuffer> | undefined;
}

/** What a batch came to. */
export interface BatchResult {
  readonly output: Uint8Array<ArrayBuffer>;
  readonly documents: number;
  /** How many lines, or messages, were done. */
  readonly lines: number;
  /** How many bytes of the input they take. */
  readonly consumed: number;
  /** Why it stopped; 0 if it did not. */
  readonly code: number;
  /** Where in the input. */
  readonly offset: number;
  /** The end of the line, or message, that it stopped at. */
  readonly behind: number;
}

/**
 * The kernel with one table. Its memory is its own: no other instance sees what it
 * reads or writes.
 */
export class Kernel {
  readonly #table: Uint8Array;
  readonly #outputs = new OutputBuffer();
  #instance: Instance | undefined;

  constructor(table: Uint8Array) {
    this.#table = table;
    this.#instance = new Instance(table);
  }

  /** How many bytes of memory it holds. */
  get memorySize(): number {
    return this.#instance?.memory.length ?? 0;
  }

  /** Why the last call stopped. */
  code = 0;
  /** Where. */
  offset = 0;

  /** JSON to Protobuf; undefined if the kernel stopped. */
  toBinary(
    json: Uint8Array,
    maxDepth: number,
    refused: number,
  ): Uint8Array<ArrayBuffer> | undefined {
    const instance = this.#instanceFor(json.length);
    if (instance === undefined) {
      return undefined;
    }
    instance.memory.set(json, instance.input);
    return this.#take(instance, instance.exports.toBinary(json.length, maxDepth, refused));
  }

  /** Protobuf to JSON; undefined if the kernel stopped. */
  toJson(
    binary: Uint8Array,
    maxDepth: number,
    refused: number,
  ): Uint8Array<ArrayBuffer> | undefined {
    const instance = this.#instanceFor(binary.length);
    if (instance === undefined) {
      return undefined;
    }
    instance.memory.set(binary, instance.input);
    return this.#take(instance, instance.exports.toJson(binary.length, maxDepth, refused));
  }

  /**
   * The JSON payload of the arm with a number to the record of its field; undefined if
   * the kernel stopped.
   */
  payloadToBinary(
    arm: number,
    json: Uint8Array,
    maxDepth: number,
    refused: number,
  ): Uint8Array<ArrayBuffer> | undefined {
    const instance = this.#instanceFor(json.length);
    if (instance === undefined) {
      return undefined;
    }
    instance.memory.set(json, instance.input);
    const { exports } = instance;
    return this.#take(instance, exports.payloadToBinary(arm, json.length, maxDepth, refused));
  }

  /** The value of the arm with a number to its JSON payload; undefined if the kernel stopped. */
  payloadToJson(
    arm: number,
    binary: Uint8Array,
    maxDepth: number,
    refused: number,
  ): Uint8Array<ArrayBuffer> | undefined {
    const instance = this.#instanceFor(binary.length);
    if (instance === undefined) {
      return undefined;
    }
    instance.memory.set(binary, instance.input);
    const { exports } = instance;
    return this.#take(instance, exports.payloadToJson(arm, binary.length, maxDepth, refused));
  }

  /** Converts a batch. */
  convertLines(
    direction: Direction,
    input: Uint8Array,
    { maxDepth, maxBytes, refusedJson, refusedBinary }: Limits,
    { last, into }: BatchOptions,
  ): BatchResult {
    const instance = this.#instanceFor(input.length);
    if (instance === undefined) {
      throw new RangeError("a WebAssembly memory cannot hold so much at a time");
    }
    const { exports } = instance;
    instance.memory.set(input, instance.input);
    const refused = direction === "packLines" ? refusedJson : refusedBinary;
    const maxSize = Math.min(maxBytes, LARGEST_SIZE);
    const size = exports[direction](input.length, maxDepth, refused, maxSize, last ? 1 : 0);
    instance.refresh();
    const { result } = instance;
    const code = result[Result.code] ?? 0;
    if (size < 0 || code === KernelCode.outOfMemory) {
      this.#instance = undefined;
      throw new RangeError("a WebAssembly memory cannot hold so much at a time");
    }
    const start = result[Result.output] ?? 0;
    const batch = {
      output: this.#outputs.copyInto(instance.memory, start, size, into),
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

  /** An instance with room for an input of this size, whose views are of its memory as it is. */
  #instanceFor(size: number): Instance | undefined {
    const instance = this.#instance;
    return instance !== undefined && size <= instance.capacity && size >= instance.smallest
      ? instance
      : this.#makeRoom(size);
  }

  #makeRoom(size: number): Instance | undefined {
    let instance = this.#instance;
    if (instance === undefined || size < instance.smallest) {
      instance = new Instance(this.#table);
      this.#instance = instance;
    }
    if (instance.reserve(size)) {
      return instance;
    }
    this.#instance = undefined;
    this.code = KernelCode.outOfMemory;
    this.offset = 0;
    return undefined;
  }

  #take(instance: Instance, size: number): Uint8Array<ArrayBuffer> | undefined {
    instance.refresh();
    const { result } = instance;
    if (size < 0) {
      this.code = result[Result.code] ?? 0;
      this.offset = result[Result.offset] ?? 0;
      this.#giveUpIfHuge(instance);
      return undefined;
    }
    const output = this.#outputs.copy(instance.memory, result[Result.output] ?? 0, size);
    this.#giveUpIfHuge(instance);
    return output;
  }

  #giveUpIfHuge({ isHuge }: Instance): void {
    if (isHuge) {
      this.#instance = undefined;
    }
  }
}

class Instance {
  readonly exports: KernelExports;
  memory: Uint8Array<ArrayBuffer>;
  result: Uint32Array<ArrayBuffer>;
  /** Where the input goes, and how many bytes have room there. */
  input = 0;
  capacity = -1;
  /** For a smaller input, so much memory would be kept in vain. */
  smallest = 0;
  isHuge = false;

  constructor(table: Uint8Array) {
    // The kernel is ours, and its version is checked.
    const exports = new webAssembly.Instance(kernelModule()).exports as unknown as KernelExports;
    if (exports.version() !== VERSION) {
      throw new Error("the kernel is of another version than this package");
    }
    this.exports = exports;
    const place = exports.reserveTable(table.length);
    const seed = crypto.getRandomValues(new Uint32Array(2));
    exports.seedHash(seed[0] ?? 0, seed[1] ?? 0);
    this.memory = viewOf(exports.memory);
    this.result = resultOf(exports.memory);
    this.memory.set(table, place);
  }

  /** To be called after each call of the kernel: its memory is another one after it grew. */
  refresh(): void {
    if (this.memory.length === 0) {
      this.memory = viewOf(this.exports.memory);
      this.result = resultOf(this.exports.memory);
      const size = this.memory.length;
      this.smallest = size > LARGE_MEMORY ? size / SMALL_PART : 0;
      this.isHuge = size > HUGE_MEMORY;
    }
  }

  /** Makes room for an input; false if there is none. */
  reserve(size: number): boolean {
    // Rounded up, so that documents of growing size do not ask each time.
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
