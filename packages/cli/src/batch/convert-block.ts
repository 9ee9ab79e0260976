import { DocumentSchema } from "@stepwire/core";
import type { Mode, Violation } from "@stepwire/openai-json";
import { createTranscoder } from "@stepwire/transcode";

/** The size of blocks: enough to make the work that each brings with it small. */
export const BLOCK_BYTES: number = 1024 * 1024;

const LINE_FEED = 0x0a;

/** How the documents of blocks are converted; it can be sent to a worker. */
export interface BlockOptions {
  /** Lines of JSON to an archive, or back. */
  readonly direction: "pack" | "unpack";
  readonly mode: Mode;
  readonly maxDepth: number;
  readonly maxBytes: number;
  /** Whether to end at the first document that is refused. */
  readonly stops: boolean;
}

/** A document that was refused, with what is wrong with it. */
export interface RefusedDocument {
  /** How many lines, or documents, of the block come before it. */
  readonly index: number;
  /** Where it starts in the block. */
  readonly start: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly violations: readonly Violation[];
}

/** What became of a block; it can be sent by a worker. */
export interface BlockResult {
  /** The documents that were converted, one after the other, in a buffer of their own. */
  readonly output: Uint8Array<ArrayBuffer>;
  readonly documents: number;
  /** How many lines, or documents, there were, with refused and blank ones. */
  readonly lines: number;
  /** How many bytes of the block were converted, without line feeds. */
  readonly size: number;
  readonly refused: readonly RefusedDocument[];
}

/** Gives a function that converts whole blocks. */
export function createBlockConverter(
  options: BlockOptions,
): (block: Uint8Array<ArrayBuffer>) => BlockResult {
  const { direction, mode, maxDepth, maxBytes, stops } = options;
  const transcoder = createTranscoder(DocumentSchema, { mode, maxDepth, maxBytes });
  const convert =
    direction === "pack"
      ? (rest: Uint8Array) => transcoder.packLines(rest)
      : (rest: Uint8Array) => transcoder.unpackLines(rest);
  return (block) => {
    const outputs: Uint8Array<ArrayBuffer>[] = [];
    const refused: RefusedDocument[] = [];
    let documents = 0;
    let lines = 0;
    let size = 0;
    for (let at = 0; ; ) {
      const converted = convert(block.subarray(at));
      outputs.push(converted.output);
      documents += converted.documents;
      lines += converted.lines;
      size += converted.consumed - converted.lines;
      if (converted.refused === undefined) {
        break;
      }
      const { start, end, error } = converted.refused;
      const bytes = block.slice(at + start, at + end);
      refused.push({ index: lines, start: at + start, bytes, violations: error.violations });
      lines++;
      at += end;
      if (stops) {
        break;
      }
    }
    // The last line of a text may have no line feed.
    size += direction === "pack" && block.at(-1) !== LINE_FEED ? 1 : 0;
    return { output: join(outputs), documents, lines, size, refused };
  };
}

/** The parts in a buffer that holds nothing else. */
function join(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [first] = parts;
  if (first !== undefined && parts.length === 1 && first.length === first.buffer.byteLength) {
    return first;
  }
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
