import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../suite/project.js";

/** The exports of stepwire-accumulate.wasm, which docs/accumulate-abi.md describes. */
interface AccumulateExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  version(): number;
  seedHash(low: number, high: number): void;
  reserveInput(size: number): number;
  selectMessage(size: number): number;
  setLimit(which: number, value: number): number;
  setNames(size: number): void;
  keepObject(size: number): number;
  apply(size: number): number;
  applyAll(size: number): number;
  ended(): number;
  objectCount(): number;
  objectAt(index: number): number;
  find(typeSize: number, idSize: number): number;
  snapshot(number: number): number;
  objectType(number: number): number;
  objectId(number: number): number;
  remove(number: number): number;
  size(): number;
  typeCount(): number;
  typeName(index: number): number;
}

/** Why an event was refused. */
export interface Refusal {
  readonly code: string;
  readonly objectType: string;
  readonly objectId: string;
  readonly pointer: string;
  readonly expected: string;
  readonly found: string;
}

/** What `applyAll` did. */
export interface Applied {
  readonly code: string;
  readonly count: number;
  /** The number of the last changed object. */
  readonly last: number;
  readonly consumed: number;
  readonly refusedEnd: number;
}

const codes = [
  ...["", "missing_id", "object_ended", "not_mergeable", "identity_in_delta", "identity_changed"],
  ...["invalid_index", "index_gap", "too_many_elements", "too_many_members", "too_many_objects"],
  ...["too_large", "malformed_event"],
];

const limits = [
  "maxObjects",
  "maxElements",
  "maxMembers",
  "maxIndexGap",
  "maxSize",
  "maxTextLength",
] as const;

const RESULT = 64;
const PLAN = 1024;

const file = join(projectRoot, "packages/accumulate/build/stepwire-accumulate.wasm");
/** The part of WebAssembly's interface that is used here; TypeScript declares it only with the DOM. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
};

let module: object | undefined;

/** The options of an accumulator, as those of `@stepwire/accumulate`. */
export interface WasmAccumulatorOptions
  extends Partial<Readonly<Record<(typeof limits)[number], number | undefined>>> {
  readonly setNames?: Iterable<string> | undefined;
  readonly objects?: readonly { readonly typeName: string }[] | undefined;
}

/** A host of stepwire-accumulate.wasm with nothing but what its description says, as another language has it. */
export class WasmAccumulator {
  readonly #exports: AccumulateExports;

  /** @param plan - Takes the place of the plan that the file has; it must not be larger. */
  constructor(plan?: Uint8Array) {
    module ??= new WebAssembly.Module(new Uint8Array(readFileSync(file)));
    // What the file exports is tested.
    this.#exports = new WebAssembly.Instance(module).exports as AccumulateExports;
    if (plan !== undefined) {
      new Uint8Array(this.#exports.memory.buffer).set(plan, PLAN);
    }
    this.#exports.seedHash(1, 2);
  }

  get exportNames(): readonly string[] {
    return Object.keys(this.#exports).sort();
  }

  get version(): number {
    return this.#exports.version();
  }

  /** The start of the plan. */
  planHeader(): Uint8Array {
    return new Uint8Array(this.#exports.memory.buffer).slice(PLAN, PLAN + 12);
  }

  get memorySize(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  /** Starts an accumulator. False if there is no such event message. */
  select(name: string, options: WasmAccumulatorOptions = {}): boolean {
    if (this.#exports.selectMessage(this.#putText(name)) === 0) {
      return false;
    }
    for (const [which, limit] of limits.entries()) {
      const value = options[limit];
      if (value !== undefined && this.#exports.setLimit(which, value) === 0) {
        throw new RangeError(limit);
      }
    }
    if (options.setNames !== undefined) {
      const names = Array.from(options.setNames, (word) => `${word}\n`).join("");
      this.#exports.setNames(this.#putText(names));
    }
    return (options.objects ?? []).every(({ typeName }) => this.keep(typeName));
  }

  /** Accumulates objects of this type, and of others for which this was called. */
  keep(type: string): boolean {
    return this.#exports.keepObject(this.#putText(type)) === 1;
  }

  setLimit(which: number, value: number): boolean {
    return this.#exports.setLimit(which, value) === 1;
  }

  /** Returns the number of the changed object; 0 if the event is about none. */
  apply(event: Uint8Array): number | Refusal {
    this.#put(event);
    const number = this.#exports.apply(event.length);
    return number >= 0 ? number : this.refusal;
  }

  /** Applies size-delimited events. */
  applyAll(events: Uint8Array): Applied {
    this.#put(events);
    const count = this.#exports.applyAll(events.length);
    const [code = 0, last = 0, , , consumed = 0, refusedEnd = 0] = this.#words();
    return { code: codes[code] ?? "", count, last, consumed, refusedEnd };
  }

  get ended(): "done" | "error" | undefined {
    return ([undefined, "done", "error"] as const)[this.#exports.ended()];
  }

  get size(): number {
    return this.#exports.size();
  }

  /** The numbers of all objects. */
  get numbers(): number[] {
    const count = this.#exports.objectCount();
    return Array.from({ length: count }, (_, index) => this.#exports.objectAt(index));
  }

  get types(): string[] {
    const count = this.#exports.typeCount();
    return Array.from({ length: count }, (_, index) => this.#text(this.#exports.typeName(index)));
  }

  find(type: string, id: string): number {
    const typeSize = new TextEncoder().encode(type).length;
    const size = this.#putText(type + id);
    return this.#exports.find(typeSize, size - typeSize);
  }

  snapshot(number: number): Uint8Array {
    return this.#output(this.#exports.snapshot(number));
  }

  typeOf(number: number): string {
    return this.#text(this.#exports.objectType(number));
  }

  idOf(number: number): string {
    return this.#text(this.#exports.objectId(number));
  }

  remove(number: number): boolean {
    return this.#exports.remove(number) === 1;
  }

  #putText(text: string): number {
    const bytes = new TextEncoder().encode(text);
    this.#put(bytes);
    return bytes.length;
  }

  #put(input: Uint8Array): void {
    const place = this.#exports.reserveInput(input.length) >>> 0;
    new Uint8Array(this.#exports.memory.buffer).set(input, place);
  }

  /** Why the last `apply` or `applyAll` refused an event. */
  get refusal(): Refusal {
    const words = this.#words();
    const text = (word: number): string => {
      const [place = 0, size = 0] = words.subarray(word);
      return this.#textAt(place, size);
    };
    return {
      code: codes[words[0] ?? 0] ?? "",
      objectType: text(6),
      objectId: text(8),
      pointer: text(10),
      expected: text(12),
      found: text(14),
    };
  }

  #output(size: number): Uint8Array {
    if (size < 0) {
      throw new RangeError("no such object");
    }
    const [, , output = 0] = this.#words();
    return new Uint8Array(this.#exports.memory.buffer).slice(output, output + size);
  }

  #text(size: number): string {
    const [, , output = 0] = size < 0 ? [] : this.#words();
    return this.#textAt(output, size);
  }

  #textAt(place: number, size: number): string {
    const bytes = new Uint8Array(this.#exports.memory.buffer).slice(place, place + size);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  }

  #words(): Uint32Array {
    return new Uint32Array(this.#exports.memory.buffer, RESULT, 16);
  }
}
