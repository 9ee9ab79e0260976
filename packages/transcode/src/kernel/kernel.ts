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
    const instance = this.#load(json);
    if (instance === undefined) {
      return undefined;
    }
    return this.#take(instance, instance.exports.toBinary(json.length, maxDepth, refused));
  }

  /** Protobuf to JSON; undefined if the kernel stopped. */
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

  /** Converts a batch. */
  convertLines(
    direction: Direction,
    input: Uint8Array,
    { maxDepth, maxBytes, refusedJson, refusedBinary }: Limits,
    { last, into }: BatchOptions,
  ): BatchResult {
    const instance = this.#load(input);
    if (instance === undefined) {
      throw new RangeError("a WebAssembly memory cannot hold so much at a time");
    }
    const { exports } = instance;
    const refused = direction === "packLines" ? refusedJson : refusedBinary;
    const maxSize = Math.min(maxBytes, LARGEST_SIZE);
    const size = exports[direction](input.length, maxDepth, refused, maxSize, last ? 1 : 0);
    const result = instance.result();
    const code = result[Result.code] ?? 0;
    if (size < 0 || code === KernelCode.outOfMemory) {
      this.#instance = undefined;
      throw new RangeError("a WebAssembly memory cannot hold so much at a time");
    }
    const start = result[Result.output] ?? 0;
    const batch = {
      output: this.#outputs.copy(instance.bytes(), start, size, into),
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

  /** Copies the input into the kernel's memory. */
  #load(input: Uint8Array): Instance | undefined {
    let instance = this.#instance;
    if (
      instance === undefined ||
      (instance.memory.length > LARGE_MEMORY && input.length < instance.memory.length / SMALL_PART)
    ) {
      instance = new Instance(this.#table);
      this.#instance = instance;
    }
    if (instance.load(input)) {
      return instance;
    }
    this.#instance = undefined;
    this.code = KernelCode.outOfMemory;
    this.offset = 0;
    return undefined;
  }

  #take(instance: Instance, size: number): Uint8Array<ArrayBuffer> | undefined {
    const result = instance.result();
    if (size < 0) {
      this.code = result[Result.code] ?? 0;
      this.offset = result[Result.offset] ?? 0;
      this.#giveUpIfHuge(instance);
      return undefined;
    }
    const output = this.#outputs.copy(instance.bytes(), result[Result.output] ?? 0, size);
    this.#giveUpIfHuge(instance);
    return output;
  }

  #giveUpIfHuge(instance: Instance): void {
    if (instance.memory.length > HUGE_MEMORY) {
      this.#instance = undefined;
    }
  }

  /** Gives up the instance, after an error that may have left it in any state. */
  discard(): void {
    this.#instance = undefined;
  }
}

class Instance {
  readonly exports: KernelExports;
  memory: Uint8Array<ArrayBuffer>;
  #result: Uint32Array<ArrayBuffer>;
  /** So many bytes of input have room. */
  #capacity = 0;
  #input = 0;

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
    this.#result = resultOf(exports.memory);
    this.memory.set(table, place);
  }

  /** The kernel's memory. It is another one after it grew. */
  bytes(): Uint8Array<ArrayBuffer> {
    if (this.memory.length === 0) {
      this.memory = viewOf(this.exports.memory);
      this.#result = resultOf(this.exports.memory);
    }
    return this.memory;
  }

  result(): Uint32Array<ArrayBuffer> {
    this.bytes();
    return this.#result;
  }

  /** False if there is no room for the input. */
  load(input: Uint8Array): boolean {
    const size = input.length;
    if (size > this.#capacity) {
      // Rounded up, so that documents of growing size do not ask each time.
      const capacity = Math.max(MINIMUM_CAPACITY, Math.ceil(size * CAPACITY_FACTOR));
      this.#input = this.exports.reserveInput(capacity) >>> 0;
      this.#capacity = capacity;
      if (this.#input === 0) {
        this.#input = this.exports.reserveInput(size) >>> 0;
        this.#capacity = size;
      }
      if (this.#input === 0) {
        return false;
      }
    }
    this.bytes().set(input, this.#input);
    return true;
  }
}

const MINIMUM_CAPACITY = 16 * 1024;
const CAPACITY_FACTOR = 1.25;

function viewOf(memory: WasmMemory): Uint8Array<ArrayBuffer> {
  return new Uint8Array(memory.buffer);
}

function resultOf(memory: WasmMemory): Uint32Array<ArrayBuffer> {
  return new Uint32Array(memory.buffer, Result.place, Result.words);
}
