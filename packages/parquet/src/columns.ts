import type { ColumnType } from "@stepwire/mapping";
import { columnsBase64 } from "./built/columns.js";
import { type WasmMemory, webAssembly } from "./web-assembly.js";

/** The exports of the module; see docs/columns-abi.md. */
interface ColumnsExports {
  readonly memory: WasmMemory;
  reserveInput(size: number): number;
  usePlan(size: number): number;
  selectMessage(size: number): number;
  convert(size: number): number;
  column(index: number): number;
  page(index: number): number;
}

/** The address of the result. */
const RESULT = 64;
const CODE = RESULT;
const OFFSET = RESULT + 4;
const CONSUMED = RESULT + 16;

/** A column of a table. */
export interface Column {
  readonly name: string;
  /** `binary` is the type of the column with the documents. */
  readonly type: ColumnType | "binary";
  readonly isList: boolean;
}

/** Which columns documents of a message have, and how they are filled. It can be sent to a thread. */
export interface ColumnPlan {
  /** The full name of the message. */
  readonly type: string;
  readonly columns: readonly Column[];
  /** The plan, as the module reads it. */
  readonly plan: Uint8Array<ArrayBuffer>;
}

/** The buffers of a column in the layout of Apache Arrow. They are copies. */
export interface ArrowColumn {
  readonly length: number;
  readonly nullCount: number;
  /** A bit for each row. */
  readonly validity: Uint8Array;
  /** Offsets into the data, or for a list, into its elements; undefined for numbers. */
  readonly offsets: Int32Array | undefined;
  readonly data: Uint8Array;
  /** For a list: offsets of its elements into the data. */
  readonly elementOffsets: Int32Array | undefined;
}

/** The least and the greatest value. */
export type Range =
  | { readonly kind: "integer"; readonly least: bigint; readonly greatest: bigint }
  | { readonly kind: "bytes"; readonly least: Uint8Array; readonly greatest: Uint8Array };

/** The body of a data page of Parquet. */
export interface PageBody {
  /** A view, valid until the next call. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The number of values, including nulls. */
  readonly values: number;
  readonly nulls: number;
  /** Undefined if there is no value, or if the type has no order. */
  readonly range: Range | undefined;
}

/** The result of a conversion. */
export interface ConvertedColumns {
  readonly rows: number;
  /** The number of bytes of the converted messages. */
  readonly consumed: number;
  /** The offset of the first message that is malformed; undefined if there is none. */
  readonly malformedAt: number | undefined;
}

/** Fills columns from messages, by a WebAssembly module. */
export class ColumnKernel {
  readonly columns: readonly Column[];
  readonly #exports: ColumnsExports;

  /** @param plan the result of `planColumns`. */
  constructor({ type, columns, plan }: ColumnPlan) {
    this.columns = columns;
    const module = new webAssembly.Module(new Uint8Array(Buffer.from(columnsBase64, "base64")));
    // Its exports are those of assembly/index.ts.
    this.#exports = new webAssembly.Instance(module).exports as ColumnsExports;
    this.#write(plan);
    const name = Buffer.from(type);
    if (this.#exports.usePlan(plan.length) !== 1) {
      throw new Error("the plan does not fit the module");
    }
    this.#write(name);
    if (this.#exports.selectMessage(name.length) !== 1) {
      throw new Error(`no plan for ${type}`);
    }
  }

  /**
   * Fills the columns from size-delimited messages. An incomplete message at the end is left for
   * the next call. The columns are valid until then.
   *
   * @throws {RangeError} if the input is larger than 512 MiB.
   */
  convert(messages: Uint8Array): ConvertedColumns {
    this.#write(messages);
    const rows = this.#exports.convert(messages.length);
    const code = this.#word(CODE);
    return {
      rows,
      consumed: this.#word(CONSUMED),
      malformedAt: code === 0 ? undefined : this.#word(OFFSET),
    };
  }

  /** Returns a column of the last conversion. */
  column(index: number): ArrowColumn {
    this.#exports.column(index);
    const word = (at: number) => this.#word(RESULT + at * 4);
    const hasOffsets = word(6) !== 0;
    const hasElements = word(11) !== 0;
    return {
      length: word(2),
      nullCount: word(3),
      validity: this.#bytes(word(4), word(5)).slice(),
      offsets: hasOffsets ? this.#integers(word(6), word(7)) : undefined,
      data: this.#bytes(word(8), word(9)).slice(),
      elementOffsets: hasElements ? this.#integers(word(11), word(12)) : undefined,
    };
  }

  /** Returns the body of a page with all rows of the last conversion. */
  page(index: number): PageBody {
    const size = this.#exports.page(index);
    const word = (at: number) => this.#word(RESULT + at * 4);
    return {
      bytes: this.#bytes(word(2), size),
      values: word(3),
      nulls: word(4),
      range: word(5) === 0 ? undefined : this.#range(index),
    };
  }

  #range(index: number): Range {
    const view = new DataView(this.#exports.memory.buffer, RESULT);
    if (this.columns[index]?.type === "string") {
      const bytesAt = (at: number) =>
        this.#bytes(view.getUint32(at, true), view.getUint32(at + 4, true)).slice();
      return { kind: "bytes", least: bytesAt(24), greatest: bytesAt(32) };
    }
    const least = view.getBigInt64(24, true);
    return { kind: "integer", least, greatest: view.getBigInt64(32, true) };
  }

  #write(bytes: Uint8Array): void {
    const place = this.#exports.reserveInput(bytes.length);
    if (place === 0) {
      throw new RangeError(`${bytes.length} bytes of messages are too many for one call`);
    }
    new Uint8Array(this.#exports.memory.buffer).set(bytes, place);
  }

  #word(address: number): number {
    return new DataView(this.#exports.memory.buffer).getUint32(address, true);
  }

  #bytes(place: number, size: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#exports.memory.buffer, place, size);
  }

  #integers(place: number, size: number): Int32Array {
    return new Int32Array(this.#bytes(place, size).slice().buffer);
  }
}
