import type { DescMessage } from "@bufbuild/protobuf";
import { OpenAIJsonError } from "@stepwire/openai-json";
import { archiveSizeAt, archiveSizePrefix } from "@stepwire/wire";
import { ChunkOutput, joinBytes } from "./chunk-output.js";
import { REFUSE_UNKNOWN_FIELDS, refusedByMode } from "./kernel/code.js";
import { type Direction, Kernel, type Limits } from "./kernel/kernel.js";
import { loadKernelModule } from "./kernel/module.js";
import { type LineKernelPlan, planLineKernel } from "./line-kernel.js";
import { type ResolvedOptions, resolveOptions, type TranscoderOptions } from "./options.js";
import { Reference } from "./reference.js";
import { compileTable } from "./table/compile.js";

/** What became of a chunk of documents. */
export interface ConvertedChunk {
  /** The documents that were converted, one after the other. */
  readonly output: Uint8Array<ArrayBuffer>;
  /** How many there are. */
  readonly documents: number;
  /** How many lines, or messages, were done: empty lines count too. */
  readonly lines: number;
  /**
   * How many bytes of the chunk they took. What follows is the document that was
   * refused, or, unless the chunk was the last, the start of one that goes on in
   * the next.
   */
  readonly consumed: number;
  /** The document that was refused, at which the conversion stopped. */
  readonly refused?: RefusedDocument;
}

/** A document within a chunk that was refused. */
export interface RefusedDocument {
  /** How many lines, or messages, of the chunk come before it. */
  readonly index: number;
  /** Where it starts in the chunk. */
  readonly start: number;
  /**
   * Where the next one starts. That is beyond the chunk for a message above `maxBytes`
   * that goes on in later chunks: pass over `end - chunk.length` bytes of them, and read
   * none of these as a message. Infinity for a size that is not a varint, because
   * nothing tells where the next message starts.
   */
  readonly end: number;
  readonly error: OpenAIJsonError;
}

/** How a chunk is converted. */
export interface ChunkOptions {
  /**
   * Whether nothing follows the chunk. If something does, a document that the
   * chunk's end cuts off is left for the next chunk. @defaultValue true
   */
  readonly last?: boolean | undefined;
  /**
   * Where to put the output, at the start. What has no room there is in a buffer of
   * its own, as it is without this.
   */
  readonly into?: Uint8Array<ArrayBuffer> | undefined;
}

/** Converts between the bytes of OpenAI JSON and those of binary messages. */
export interface Transcoder {
  /**
   * A JSON document, UTF-8, as a binary message.
   *
   * @throws {OpenAIJsonError} with every violation.
   */
  toBinary(json: Uint8Array): Uint8Array<ArrayBuffer>;
  /**
   * A binary message as a JSON document, UTF-8, without white space.
   *
   * @throws {OpenAIJsonError} if it is malformed, or has no JSON form.
   */
  toJson(binary: Uint8Array): Uint8Array<ArrayBuffer>;
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
  /**
   * Lines of JSON (JSONL) as size-delimited binary messages. Empty lines are passed
   * over.
   */
  packLines(chunk: Uint8Array, options?: ChunkOptions): ConvertedChunk;
  /** Size-delimited binary messages as lines of JSON. */
  unpackLines(chunk: Uint8Array, options?: ChunkOptions): ConvertedChunk;
  /** What `openLineKernel` needs to do the same in another thread. */
  lineKernel(): LineKernelPlan;
  /**
   * How many documents the kernel refused although the reference engine took them,
   * so that the reference engine converted them. It is 0 unless there is a mistake
   * in the kernel, or a document does not fit into a WebAssembly memory.
   */
  readonly fallbacks: number;
  /** How many bytes of WebAssembly memory it holds at the moment. */
  readonly memorySize: number;
}

/**
 * A transcoder for a message type, which has to carry the mapping options.
 *
 * Small results share a buffer with other results of the same transcoder, as
 * Node's Buffers do: copy one before you transfer or detach its buffer.
 */
export function createTranscoder(schema: DescMessage, options: TranscoderOptions = {}): Transcoder {
  return new KernelTranscoder(schema, resolveOptions(options));
}

/** The same as createTranscoder, without blocking the thread while the kernel is compiled. */
export async function loadTranscoder(
  schema: DescMessage,
  options: TranscoderOptions = {},
): Promise<Transcoder> {
  await loadKernelModule();
  return createTranscoder(schema, options);
}

class KernelTranscoder implements Transcoder {
  readonly #table: Uint8Array;
  readonly #kernel: Kernel;
  readonly #reference: Reference;
  readonly #limits: Limits;
  #fallbacks = 0;

  constructor(schema: DescMessage, options: ResolvedOptions) {
    this.#table = compileTable(schema);
    this.#kernel = new Kernel(this.#table);
    this.#reference = new Reference(schema, options);
    this.#limits = {
      maxDepth: options.maxDepth,
      maxBytes: options.maxBytes,
      refusedJson: refusedByMode[options.mode],
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

  /** Converts a document that the kernel refused, or gives the error's words. */
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

/** Where the message that starts at a place ends, by its size: it may be cut off. */
function endOfMessage(chunk: Uint8Array, at: number): number {
  const { size, start } = archiveSizeAt(chunk, at);
  return start + size;
}

function trimLine(line: Uint8Array): Uint8Array {
  return line.at(-1) === LINE_FEED ? line.subarray(0, -1) : line;
}
