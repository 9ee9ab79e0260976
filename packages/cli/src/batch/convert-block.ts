import { DocumentSchema } from "@stepwire/core";
import { createTranscoder, type LineKernelPlan, type Transcoder } from "@stepwire/transcode";
import { type BlockOptions, type BlockResult, type RefusedDocument, sizeOfLines } from "./block.js";

/**
 * How much of a block is handed over behind a refused document, and twice as much each
 * time that goes well: the kernel copies what it is handed, and a block may be full of
 * such documents.
 */
const CAUTIOUS_BYTES = 64 * 1024;

/** Converts whole blocks, and tells what is wrong with documents that are refused. */
export class BlockConverter {
  readonly #options: BlockOptions;
  readonly #transcoder: Transcoder;

  constructor(options: BlockOptions) {
    this.#options = options;
    this.#transcoder = createTranscoder(DocumentSchema, options);
  }

  /** What converts in another thread the blocks without refused documents. */
  lineKernel(): LineKernelPlan {
    return this.#transcoder.lineKernel();
  }

  /** @param into where the output goes; it is in a buffer of its own if it has no room there. */
  convert(block: Uint8Array<ArrayBuffer>, into: Uint8Array<ArrayBuffer>): BlockResult {
    const { direction, stops } = this.#options;
    const outputs: Uint8Array<ArrayBuffer>[] = [];
    const refused: RefusedDocument[] = [];
    let used = 0;
    let documents = 0;
    let lines = 0;
    let size = 0;
    for (let at = 0, step = block.length; ; ) {
      const rest = block.subarray(at, at + step);
      const last = at + step >= block.length;
      const converted = this.#transcoder[direction](rest, { last, into: into.subarray(used) });
      outputs.push(converted.output);
      used += converted.output.length;
      documents += converted.documents;
      lines += converted.lines;
      size += sizeOfLines(rest, converted);
      if (converted.refused === undefined && last) {
        break;
      }
      if (converted.refused === undefined) {
        at += converted.consumed;
        step *= 2;
        continue;
      }
      const { start, end, error } = converted.refused;
      const bytes = block.slice(at + start, at + end);
      refused.push({ index: lines, start: at + start, bytes, violations: error.violations });
      lines++;
      at += end;
      step = CAUTIOUS_BYTES;
      if (stops) {
        break;
      }
    }
    const isPlaced = outputs.every(({ buffer }) => buffer === into.buffer);
    const output = isPlaced ? into.subarray(0, used) : join(outputs);
    return { output, documents, lines, size, refused };
  }
}

/** The parts in a buffer of their own. */
function join(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
