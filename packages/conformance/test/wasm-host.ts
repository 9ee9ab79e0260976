import type { Mode } from "@stepwire/openai-json";

/** The exports of stepwire.wasm, which docs/kernel-abi.md describes. */
interface StepwireExports {
  readonly memory: WebAssembly.Memory;
  version(): number;
  seedHash(low: number, high: number): void;
  reserveInput(size: number): number;
  selectMessage(size: number): number;
  toBinary(size: number, maxDepth: number, refused: number): number;
  toJson(size: number, maxDepth: number, refused: number): number;
  packLines(size: number, maxDepth: number, refused: number, maxSize: number, last: number): number;
  unpackLines(
    size: number,
    maxDepth: number,
    refused: number,
    maxSize: number,
    last: number,
  ): number;
  packEvents(
    size: number,
    maxDepth: number,
    refused: number,
    maxSize: number,
    flags: number,
  ): number;
  unpackEvents(
    size: number,
    maxDepth: number,
    refused: number,
    maxSize: number,
    flags: number,
  ): number;
  explain(): number;
}

/** Options of the conversion of server-sent events. */
export interface EventOptions {
  readonly mode?: Mode | undefined;
  readonly maxDepth?: number | undefined;
  readonly maxSize?: number | undefined;
  readonly lenient?: boolean | undefined;
  readonly first?: boolean | undefined;
  readonly last?: boolean | undefined;
}

/** What a call for events returned. */
export interface EventResult {
  readonly output: Uint8Array;
  readonly events: number;
  readonly consumed: number;
  readonly skipped: number;
  /** Why the event after the output was refused, and where the next one starts; 0 if nowhere. */
  readonly refused: (Refused & { readonly end: number }) | undefined;
}

/** Why an input was refused. */
export interface Refused {
  readonly code: string;
  readonly offset: number;
  readonly pointer: string;
}

const codes = [
  ...["", "not_json", "not_an_object", "duplicate_member", "lone_surrogate", "too_deep"],
  ...["too_large", "missing_member", "wrong_type", "unknown_member", "unknown_value"],
  ...["unknown_variant", "tag_mismatch", "not_representable", "invalid_residue"],
  ...["malformed_binary", "unknown_field", "out_of_memory", "invalid_table"],
];

const refusedByMode: Readonly<Record<Mode, number>> = {
  strict: 0x3f80,
  preserve: 0x0180,
  archive: 0,
};

const REFUSE_UNKNOWN_FIELDS = 0x10000;
const RESULT = 64;
const TABLE = 16384;

/** A host of stepwire.wasm with nothing but what its description says, as another language has it. */
export class WasmHost {
  readonly #exports: StepwireExports;

  /** @param table - Takes the place of the table that the file has; it must not be larger. */
  constructor(wasm: Uint8Array<ArrayBuffer>, table?: Uint8Array) {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm));
    // What the file exports is tested.
    this.#exports = instance.exports as unknown as StepwireExports;
    if (table !== undefined) {
      new Uint8Array(this.#exports.memory.buffer).set(table, TABLE);
    }
    this.#exports.seedHash(1, 2);
  }

  get exportNames(): readonly string[] {
    return Object.keys(this.#exports).sort();
  }

  get version(): number {
    return this.#exports.version();
  }

  /** The start of the table. */
  tableHeader(): Uint8Array {
    return new Uint8Array(this.#exports.memory.buffer).slice(TABLE, TABLE + 32);
  }

  /** False if there is no such message type. */
  select(name: string): boolean {
    const bytes = new TextEncoder().encode(name);
    this.#put(bytes);
    return this.#exports.selectMessage(bytes.length) === 1;
  }

  toBinary(json: Uint8Array, mode: Mode, maxDepth: number): Uint8Array | Refused {
    this.#put(json);
    return this.#take(this.#exports.toBinary(json.length, maxDepth, refusedByMode[mode]));
  }

  toJson(binary: Uint8Array, maxDepth: number, refuseUnknown = false): Uint8Array | Refused {
    this.#put(binary);
    const refused = refuseUnknown ? REFUSE_UNKNOWN_FIELDS : 0;
    return this.#take(this.#exports.toJson(binary.length, maxDepth, refused));
  }

  /** Lines to size-delimited messages, or back: the output, and how many bytes were not taken. */
  convertLines(
    direction: "packLines" | "unpackLines",
    input: Uint8Array,
    { maxSize = 0x7fffffff, last = true }: { maxSize?: number; last?: boolean } = {},
  ): { readonly output: Uint8Array; readonly left: number; readonly code: string } {
    this.#put(input);
    const refused = direction === "packLines" ? refusedByMode.preserve : 0;
    const size = this.#exports[direction](input.length, 100, refused, maxSize, last ? 1 : 0);
    const [code = 0, , , , consumed = 0] = this.#words();
    return { output: this.#output(size), left: input.length - consumed, code: codes[code] ?? "" };
  }

  /** Server-sent events to size-delimited messages, or back. */
  convertEvents(
    direction: "packEvents" | "unpackEvents",
    input: Uint8Array,
    options: EventOptions = {},
  ): EventResult {
    const { maxDepth = 100, maxSize = 0x1000000, mode = "preserve" } = options;
    const flags =
      (options.last === false ? 0 : 1) +
      (options.first === false ? 0 : 2) +
      (options.lenient === true ? 4 : 0);
    this.#put(input);
    const refused = direction === "packEvents" ? refusedByMode[mode] : 0;
    const size = this.#exports[direction](input.length, maxDepth, refused, maxSize, flags);
    const [code = 0, offset = 0, , events = 0, consumed = 0, end = 0, , skipped = 0] =
      this.#words();
    if (size < 0) {
      throw new Error(codes[code]);
    }
    const output = this.#output(size);
    const pointer = code === 0 ? "" : this.#text(this.#exports.explain());
    const reason = code === 0 ? undefined : { code: codes[code] ?? "", offset, pointer, end };
    return { output, events, consumed, skipped, refused: reason };
  }

  /** What a call in mode `archive` returns for an input that may need too much memory, and words 0 and 3 to 6. */
  tryEvents(direction: "packEvents" | "unpackEvents", input: Uint8Array): readonly number[] {
    this.#put(input);
    const size = this.#exports[direction](input.length, 100, refusedByMode.archive, 0x1000000, 3);
    const [code = 0, , , ...others] = this.#words().subarray(0, 7);
    return [size, code, ...others];
  }

  #text(size: number): string {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.#output(size));
  }

  #put(input: Uint8Array): void {
    const place = this.#exports.reserveInput(input.length) >>> 0;
    new Uint8Array(this.#exports.memory.buffer).set(input, place);
  }

  #take(size: number): Uint8Array | Refused {
    if (size >= 0) {
      return this.#output(size);
    }
    const pointer = this.#text(this.#exports.explain());
    const [code = 0, offset = 0] = this.#words();
    return { code: codes[code] ?? "", offset, pointer };
  }

  #output(size: number): Uint8Array {
    const [, , output = 0] = this.#words();
    return new Uint8Array(this.#exports.memory.buffer).slice(output, output + size);
  }

  #words(): Uint32Array {
    return new Uint32Array(this.#exports.memory.buffer, RESULT, 8);
  }
}
