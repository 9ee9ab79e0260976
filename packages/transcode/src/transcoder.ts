import type { DescMessage } from "@bufbuild/protobuf";
import { OpenAIJsonError } from "@stepwire/openai-json";
import { archiveSizeAt, archiveSizePrefix } from "@stepwire/wire";
import { joinBytes } from "@stepwire/wire/internal";
import { ChunkOutput } from "./chunk-output.js";
import { REFUSE_UNKNOWN_FIELDS, refusedIn } from "./kernel/code.js";
import { type Direction, Kernel, type Limits } from "./kernel/kernel.js";
import { loadKernelModule } from "./kernel/module.js";
import { type LineKernelPlan, planLineKernel } from "./line-kernel.js";
import { type ResolvedOptions, resolveOptions, type TranscoderOptions } from "./options.js";
import { Reference } from "./reference.js";
import { compileTable } from "./table/compile.js";
import { hasCurrentLayout } from "./table/layout-mark.js";
import { checkOffset, checkRoom } from "./target.js";

/** The result of a chunk of documents. */
export interface ConvertedChunk {
  /** The converted documents, concatenated. */
  readonly output: Uint8Array<ArrayBuffer>;
  /** The number of documents. */
  readonly documents: number;
  /** The number of lines, or messages, that were read, including empty lines. */
  readonly lines: number;
  /**
   * Their size in the chunk, in bytes. The rest of the chunk starts with the refused document or,
   * unless the chunk is the last one, is a document that continues in the next chunk.
   */
  readonly consumed: number;
  /** The document that was refused. The conversion stopped there. */
  readonly refused?: RefusedDocument;
}

/** A refused document of a chunk. */
export interface RefusedDocument {
  /** The number of lines, or messages, of the chunk before it. */
  readonly index: number;
  /** Its offset in the chunk. */
  readonly start: number;
  /**
   * The offset of the next document. It is beyond the chunk for a message above `maxBytes` that
   * continues in later chunks: skip `end - chunk.length` bytes of them. It is Infinity for a size
   * that is not a varint, because the start of the next message is then unknown.
   */
  readonly end: number;
  readonly error: OpenAIJsonError;
}

/** Options for converting a chunk. */
export interface ChunkOptions {
  /**
   * Whether this is the last chunk. If not, a document that the end of the chunk cuts off is left
   * for the next one. @defaultValue true
   */
  readonly last?: boolean | undefined;
  /**
   * Buffer to write the output to, starting at offset 0. Up to 63 bytes behind the output may become
   * zero. If the output does not fit, a new buffer is allocated, as without this option.
   */
  readonly into?: Uint8Array<ArrayBuffer> | undefined;
}

/** Converts between the bytes of OpenAI JSON and those of binary messages. */
export interface Transcoder {
  /**
   * Converts a JSON document in UTF-8 to a binary message.
   *
   * @throws {OpenAIJsonError} with every violation.
   */
  toBinary(json: Uint8Array): Uint8Array<ArrayBuffer>;
  /**
   * Converts a binary message to a JSON document in UTF-8, without white space.
   *
   * @throws {OpenAIJsonError} if it is malformed, or has no JSON form.
   */
  toJson(binary: Uint8Array): Uint8Array<ArrayBuffer>;
  /**
   * Like `toBinary`, but writes the message to a buffer, from an offset on. This saves a small
   * document a quarter of its time. If it throws, nothing was written.
   *
   * @param target May also be the buffer of the input. Up to 63 bytes behind the output may become
   * zero; others are not changed.
   * @param offset @defaultValue 0
   * @returns The size of the message in bytes.
   * @throws {OpenAIJsonError} with every violation.
   * @throws {TargetTooSmallError} with the size that is needed.
   * @throws {RangeError} if the offset is not within the target.
   */
  toBinaryInto(json: Uint8Array, target: Uint8Array, offset?: number): number;
  /**
   * Likewise for `toJson`.
   *
   * @returns The size of the JSON in bytes.
   * @throws {OpenAIJsonError} if the message is malformed, or has no JSON form.
   * @throws {TargetTooSmallError} with the size that is needed.
   * @throws {RangeError} if the offset is not within the target.
   */
  toJsonInto(binary: Uint8Array, target: Uint8Array, offset?: number): number;
  /**
   * Converts the payload of one arm of an adjacent or tagged union, without the object
   * around it. `maxDepth` counts that object.
   *
   * @param arm Number of the arm's field.
   * @param json Payload, in UTF-8.
   * @returns The record of the field: tag, length and value, which is a message that has
   * this arm only. For an arm with `any_other`: the record of the payload's text, a field
   * of the arm's message. Undefined if the payload is refused or unusual: convert the whole
   * object then, which also words the error.
   */
  payloadToBinary(arm: number, json: Uint8Array): Uint8Array<ArrayBuffer> | undefined;
  /**
   * Converts the value of one arm back to its payload: a message, or the text of an arm
   * with `any_other`.
   *
   * @param binary Value of the field, without tag and length.
   * @returns JSON in UTF-8 without white space, or undefined, as with `payloadToBinary`.
   */
  payloadToJson(arm: number, binary: Uint8Array): Uint8Array<ArrayBuffer> | undefined;
  /** Converts lines of JSON (JSONL) to size-delimited binary messages. Skips empty lines. */
  packLines(chunk: Uint8Array, options?: ChunkOptions): ConvertedChunk;
  /** Converts size-delimited binary messages to lines of JSON. */
  unpackLines(chunk: Uint8Array, options?: ChunkOptions): ConvertedChunk;
  /** Returns the plan with which `openLineKernel` does the same in another thread. */
  lineKernel(): LineKernelPlan;
  /**
   * The number of documents that the kernel refused and the reference engine converted. It is 0
   * unless the kernel has a bug or a document does not fit into a WebAssembly memory.
   */
  readonly fallbacks: number;
  /** The current size of its WebAssembly memory in bytes. */
  readonly memorySize: number;
}

/**
 * Creates a transcoder for a message type that has the mapping options.
 *
 * Small results share a buffer with other results of the same transcoder, like Node's Buffers:
 * copy a result before you transfer or detach its buffer.
 *
 * @throws {TypeError} if the message cannot be a document, or if the option `table` is of another
 * version of this package.
 */
export function createTranscoder(schema: DescMessage, options: TranscoderOptions = {}): Transcoder {
  const { table = tableOf(schema) } = options;
  if (!hasCurrentLayout(table)) {
    throw new TypeError(
      "the table is not one of this version of the package; take that of lineKernel() of a new transcoder",
    );
  }
  return new KernelTranscoder(schema, resolveOptions(options), table);
}

/** Like createTranscoder, but compiles the kernel without blocking the thread. */
export async function loadTranscoder(
  schema: DescMessage,
  options: TranscoderOptions = {},
): Promise<Transcoder> {
  await loadKernelModule();
  return createTranscoder(schema, options);
}

const tables = new WeakMap<DescMessage, Uint8Array>();

/** Returns the table of a message type, compiled on first use: that of `Document` takes 0.1 s. */
function tableOf(schema: DescMessage): Uint8Array {
  let table = tables.get(schema);
  if (table === undefined) {
    table = compileTable(schema);
    tables.set(schema, table);
  }
  return table;
}

class KernelTranscoder implements Transcoder {
  readonly #table: Uint8Array;
  readonly #kernel: Kernel;
  readonly #reference: Reference;
  readonly #limits: Limits;
  #fallbacks = 0;

  constructor(schema: DescMessage, options: ResolvedOptions, table: Uint8Array) {
    this.#table = table;
    this.#kernel = new Kernel(this.#table);
    this.#reference = new Reference(schema, options);
    this.#limits = {
      maxDepth: options.maxDepth,
      maxBytes: options.maxBytes,
      refusedJson: refusedIn(options.mode),
      refusedBinary: options.refusesUnknownFields ? REFUSE_UNKNOWN_FIELDS : 0,
    };
  }

  get fallbacks(): number {
    return this.#fallbacks;
  }

  get memorySize(): number {
    return this.#kernel.memorySize;
  }

  toBinary(json: Uint8Array): Uint8Array<ArrayBuffer> {
    const { maxBytes, maxDepth, refusedJson } = this.#limits;
    const binary =
      json.length <= maxBytes ? this.#kernel.toBinary(json, maxDepth, refusedJson) : undefined;
    return binary ?? this.#toBinarySlowly(json);
  }

  toJson(binary: Uint8Array): Uint8Array<ArrayBuffer> {
    const { maxBytes, maxDepth, refusedBinary } = this.#limits;
    const json =
      binary.length <= maxBytes ? this.#kernel.toJson(binary, maxDepth, refusedBinary) : undefined;
    return json ?? this.#toJsonSlowly(binary, this.#kernel.code, this.#kernel.offset);
  }

  toBinaryInto(json: Uint8Array, target: Uint8Array, offset = 0): number {
    checkOffset(target, offset);
    const { maxBytes, maxDepth, refusedJson } = this.#limits;
    const size =
      json.length <= maxBytes
        ? this.#kernel.toBinaryInto(json, maxDepth, refusedJson, target, offset)
        : -1;
    return size < 0 ? place(this.#toBinarySlowly(json), target, offset) : size;
  }

  toJsonInto(binary: Uint8Array, target: Uint8Array, offset = 0): number {
    checkOffset(target, offset);
    const { maxBytes, maxDepth, refusedBinary } = this.#limits;
    const size =
      binary.length <= maxBytes
        ? this.#kernel.toJsonInto(binary, maxDepth, refusedBinary, target, offset)
        : -1;
    return size < 0
      ? place(this.#toJsonSlowly(binary, this.#kernel.code, this.#kernel.offset), target, offset)
      : size;
  }

  payloadToBinary(arm: number, json: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
    const { maxBytes, maxDepth, refusedJson } = this.#limits;
    return json.length <= maxBytes
      ? this.#kernel.payloadToBinary(arm, json, maxDepth, refusedJson)
      : undefined;
  }

  payloadToJson(arm: number, binary: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
    const { maxBytes, maxDepth, refusedBinary } = this.#limits;
    return binary.length <= maxBytes
      ? this.#kernel.payloadToJson(arm, binary, maxDepth, refusedBinary)
      : undefined;
  }

  packLines(chunk: Uint8Array, options?: ChunkOptions): ConvertedChunk {
    return this.#convert("packLines", chunk, options);
  }

  unpackLines(chunk: Uint8Array, options?: ChunkOptions): ConvertedChunk {
    return this.#convert("unpackLines", chunk, options);
  }

  lineKernel(): LineKernelPlan {
    return planLineKernel(this.#table, this.#limits);
  }

  #toBinarySlowly(json: Uint8Array): Uint8Array<ArrayBuffer> {
    const binary = this.#reference.toBinary(json);
    this.#fallbacks++;
    return binary;
  }

  #toJsonSlowly(binary: Uint8Array, code: number, offset: number): Uint8Array<ArrayBuffer> {
    const json = this.#reference.toJson(binary, code, offset);
    this.#fallbacks++;
    return json;
  }

  #convert(
    direction: Direction,
    chunk: Uint8Array,
    { last = true, into }: ChunkOptions = {},
  ): ConvertedChunk {
    const output = new ChunkOutput(into);
    let documents = 0;
    let index = 0;
    let consumed = 0;
    const converted = (refused?: RefusedDocument): ConvertedChunk => ({
      output: output.join(),
      documents,
      lines: index,
      consumed,
      ...(refused === undefined ? {} : { refused }),
    });
    for (;;) {
      const batch = this.#kernel.convertLines(direction, chunk.subarray(consumed), this.#limits, {
        last,
        into: output.room,
      });
      output.add(batch.output);
      documents += batch.documents;
      index += batch.lines;
      const start = consumed + batch.consumed;
      const end =
        batch.code !== 0 && direction === "unpackLines"
          ? endOfMessage(chunk, start)
          : consumed + batch.behind;
      consumed = start;
      if (batch.code === 0) {
        return converted();
      }
      try {
        const document = chunk.subarray(start, end);
        const place = batch.offset - batch.consumed;
        output.add(this.#convertOne(direction, document, batch.code, place));
      } catch (reason) {
        return converted({ index, start, end, error: OpenAIJsonError.from(reason) });
      }
      documents++;
      index++;
      consumed = end;
    }
  }

  /** Converts a document that the kernel refused with the reference engine, or throws its error. */
  #convertOne(
    direction: Direction,
    document: Uint8Array,
    code: number,
    place: number,
  ): Uint8Array<ArrayBuffer> {
    if (direction === "packLines") {
      const binary = this.#toBinarySlowly(trimLine(document));
      return joinBytes([archiveSizePrefix(binary.length), binary]);
    }
    const { size, start } = archiveSizeAt(document);
    this.#reference.checkSize(size);
    if (start + size > document.length) {
      throw OpenAIJsonError.from(new Error("the message is cut off"));
    }
    const json = this.#toJsonSlowly(document.subarray(start), code, Math.max(place - start, 0));
    return joinBytes([json, Uint8Array.of(LINE_FEED)]);
  }
}

const LINE_FEED = 0x0a;

/** Writes an output to a target. Returns its size. */
function place(output: Uint8Array, target: Uint8Array, offset: number): number {
  checkRoom(output.length, target, offset);
  target.set(output, offset);
  return output.length;
}

/** Returns the end of the message at an offset by its size; the message may be cut off. */
function endOfMessage(chunk: Uint8Array, at: number): number {
  const { size, start } = archiveSizeAt(chunk, at);
  return start + size;
}

function trimLine(line: Uint8Array): Uint8Array {
  return line.at(-1) === LINE_FEED ? line.subarray(0, -1) : line;
}
