import type { DescMessage } from "@bufbuild/protobuf";
import { createTranscoder, type Transcoder } from "@stepwire/transcode";
import { archiveSizeAt } from "@stepwire/wire";
import type { BlockResult } from "../batch/block.js";
import { BufferPool } from "../batch/buffer-pool.js";
import { BlockConverter } from "../batch/convert-block.js";
import { readLineBlocks } from "../batch/line-blocks.js";
import type { Detector } from "../detect.js";
import type { ConverterOptions } from "../engine.js";
import { isBlank } from "../files/documents.js";
import { tooLarge } from "../files/input.js";
import type { Source } from "../files/source.js";
import { formatProblem } from "../problem.js";
import type { Model } from "../schema/model.js";
import { judge, type Roundtrip, type RoundtripResult } from "./result.js";

/** The size of a block, whose results are all kept until the next one. */
const BLOCK_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

/** How lines are converted. */
export interface LineRoundtripOptions extends ConverterOptions {
  /** The type of all lines; undefined if each line tells its own. */
  readonly message: DescMessage | undefined;
  /** Finds the type of a line. */
  readonly detector: Detector;
}

/**
 * Makes the round trips of lines, a block at a time: the kernel converts all lines of a block to
 * binary, and all of these messages back. It takes memory for one block.
 */
export class LineRoundtrip {
  readonly #detector: Detector;
  readonly #maxBytes: number;
  readonly #model: Model;
  readonly #single: Roundtrip;
  readonly #toBinary: BlockConverter;
  readonly #toJson: Transcoder;
  readonly #binaries = new Uint8Array(BLOCK_BYTES);
  readonly #texts = new Uint8Array(BLOCK_BYTES * 2);

  /** @param single makes the round trip of documents that are not usual. */
  constructor(model: Model, options: LineRoundtripOptions, single: Roundtrip) {
    const { mode, maxDepth, maxBytes, message, detector } = options;
    const schema = message ?? model.document();
    const table = model.tableOf(schema);
    this.#model = model;
    this.#detector = detector;
    this.#maxBytes = maxBytes;
    this.#single = single;
    this.#toBinary = new BlockConverter(
      {
        schema: { source: model.source, typeName: schema.typeName },
        direction: "packLines",
        mode,
        maxDepth,
        maxBytes,
        stops: false,
        maxReports: Number.POSITIVE_INFINITY,
      },
      table,
    );
    this.#toJson = createTranscoder(schema, { mode, maxDepth, maxBytes, table });
  }

  /** Yields the results of the lines that are not blank, in blocks. */
  async *run(source: Source): AsyncGenerator<readonly RoundtripResult[], void> {
    const { name } = source;
    const buffers = new BufferPool(BLOCK_BYTES);
    let lines = 0;
    for await (const { bytes, beforeTooLong } of readLineBlocks(source, buffers, this.#maxBytes)) {
      const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      const packed = this.#toBinary.convert(bytes, this.#binaries);
      yield this.#judgeBlock(name, lines, block, packed);
      lines += packed.lines;
      if (beforeTooLong) {
        lines++;
        const document = `${name}:${lines}`;
        const problems = [tooLarge(document, this.#maxBytes)];
        yield [{ document, result: "refused", problems }];
      }
      buffers.give(bytes);
    }
  }

  /** @param before the number of lines before the block. */
  #judgeBlock(
    name: string,
    before: number,
    block: Buffer<ArrayBuffer>,
    packed: BlockResult,
  ): RoundtripResult[] {
    const texts = this.#toJson.unpackLines(packed.output, { into: this.#texts });
    const { buffer, byteOffset, length } = texts.output;
    const back = Buffer.from(buffer, byteOffset, length);
    const refused = new Map(packed.refused.map((each) => [each.index, each.problems]));
    const results: RoundtripResult[] = [];
    let [at, binaryAt, backAt] = [0, 0, 0];
    for (let index = 0; at < block.length; index++) {
      const end = endOfLine(block, at);
      const text = block.subarray(at, end);
      at = end + 1;
      const line = before + index + 1;
      const problems = refused.get(index);
      if (problems !== undefined) {
        results.push({
          document: `${name}:${line}`,
          result: "refused",
          problems: problems.map((problem) => formatProblem(problem, { name, line })),
        });
        continue;
      }
      if (isBlank(text)) {
        continue;
      }
      const { size, start } = archiveSizeAt(packed.output, binaryAt);
      const binary = packed.output.subarray(start, start + size);
      binaryAt = start + size;
      if (backAt >= back.length) {
        // A message before this one, or this one, has no JSON form.
        results.push(this.#single.run({ name, line, json: text }));
        continue;
      }
      const backEnd = endOfLine(back, backAt);
      const converted = {
        ...this.#detector.contentOf(binary),
        json: text,
        back: back.subarray(backAt, backEnd),
      };
      backAt = backEnd + 1;
      results.push(judge(`${name}:${line}`, this.#model, converted));
    }
    return results;
  }
}

/** Returns the offset of the next line feed; the size of the text if there is none. */
function endOfLine(text: Buffer, from: number): number {
  const index = text.indexOf(LINE_FEED, from);
  return index === -1 ? text.length : index;
}
