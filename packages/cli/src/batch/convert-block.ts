import type { DescMessage } from "@bufbuild/protobuf";
import type { Violation } from "@stepwire/openai-json";
import { createTranscoder, type Transcoder } from "@stepwire/transcode";
import { archiveSizeAt } from "@stepwire/wire";
import { describeTooLarge } from "../problem.js";
import { describeBinary, describeViolations } from "../refusal.js";
import { Model } from "../schema/model.js";
import { type BlockOptions, type BlockResult, type RefusedDocument, sizeOfLines } from "./block.js";

/**
 * Number of bytes that are passed to the kernel after a refused document; it doubles each time that
 * no document is refused. The kernel copies its input, so passing the whole rest of a block for
 * each of many refused documents would take quadratic time.
 */
const CAUTIOUS_BYTES = 4 * 1024;

/** Converts whole blocks, and explains refused documents. */
export class BlockConverter {
  readonly #schema: DescMessage;
  readonly #options: BlockOptions;
  readonly #transcoder: Transcoder;

  /** @param table the kernel's table of the message, if it is known. */
  constructor(options: BlockOptions, table?: Uint8Array) {
    this.#schema = findSchema(options);
    this.#options = options;
    this.#transcoder = createTranscoder(this.#schema, { ...options, table });
  }

  /** @param into buffer for the output; if the output does not fit, a new buffer is allocated. */
  convert(block: Uint8Array<ArrayBuffer>, into: Uint8Array<ArrayBuffer>): BlockResult {
    const { direction, stops, maxReports } = this.#options;
    const output = new PlacedOutput(into);
    const refused: RefusedDocument[] = [];
    let unexplained = 0;
    let documents = 0;
    let lines = 0;
    let size = 0;
    for (let at = 0, step = block.length; ; ) {
      const rest = block.subarray(at, at + step);
      const last = at + step >= block.length;
      const converted = this.#transcoder[direction](rest, { last, into: output.room });
      output.add(converted.output);
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
      if (refused.length < maxReports) {
        const bytes = rest.subarray(start, end);
        refused.push({ index: lines, ...this.#explain(at + start, bytes, error.violations) });
      } else {
        unexplained++;
      }
      lines++;
      at += end;
      step = CAUTIOUS_BYTES;
      if (stops) {
        break;
      }
    }
    return { output: output.join(), documents, lines, size, refused, unexplained };
  }

  #explain(
    start: number,
    bytes: Uint8Array,
    violations: readonly Violation[],
  ): Omit<RefusedDocument, "index"> {
    if (this.#options.direction === "unpackLines") {
      const { start: prefix } = archiveSizeAt(bytes);
      const problems =
        describeBinary(violations, this.#schema, bytes.subarray(prefix)) ??
        describeViolations(violations, undefined);
      return { start: start + prefix, problems };
    }
    const isTooLarge = violations.some(({ code }) => code === "too_large");
    const problems = isTooLarge
      ? [{ text: describeTooLarge(this.#options.maxBytes) }]
      : describeViolations(violations, bytes);
    return { start, problems };
  }
}

function findSchema({ schema: { source, typeName } }: BlockOptions): DescMessage {
  return new Model(source).message(typeName);
}

/** Writes output to a given buffer. If the output does not fit, allocates a new one. */
class PlacedOutput {
  readonly #into: Uint8Array<ArrayBuffer>;
  #used = 0;
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];

  constructor(into: Uint8Array<ArrayBuffer>) {
    this.#into = into;
  }

  /** The free part of the given buffer; undefined once the output did not fit. */
  get room(): Uint8Array<ArrayBuffer> | undefined {
    return this.#parts.length === 0 ? this.#into.subarray(this.#used) : undefined;
  }

  add(piece: Uint8Array<ArrayBuffer>): void {
    if (piece.length === 0) {
      return;
    }
    if (this.#parts.length === 0 && piece.buffer === this.#into.buffer) {
      this.#used += piece.length;
    } else {
      this.#parts.push(piece);
    }
  }

  join(): Uint8Array<ArrayBuffer> {
    const placed = this.#into.subarray(0, this.#used);
    return this.#parts.length === 0 ? placed : join([placed].concat(this.#parts));
  }
}

/** Concatenates the parts in a new buffer. */
function join(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
