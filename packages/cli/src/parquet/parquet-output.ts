import type { DescMessage } from "@bufbuild/protobuf";
import { ColumnKernel, type EncodedRows, encodeRows, ParquetWriter } from "@stepwire/parquet";
import type { BlockResult } from "../batch/block.js";
import type { PackedOutput } from "../commands/packed-output.js";
import { CommandFailure, ExitCode } from "../failure.js";
import type { Output } from "../files/output.js";
import { readVersion } from "../version.js";
import { convertAll } from "./convert-all.js";
import { planRows } from "./plan-rows.js";

/** Size of documents that were added one by one, at which they become a page. */
const PAGE_BYTES = 1024 * 1024;

/** Returns a message by its full name. */
type FindMessage = (type: string) => Promise<DescMessage>;

/** A Parquet file with documents of one message. */
export class ParquetOutput implements PackedOutput {
  readonly output: Output;
  readonly archive = undefined;
  bytes = 0;
  readonly #findMessage: FindMessage;
  #file: OpenFile | undefined;
  /** The documents of the next page that were added one by one. */
  #parts: Uint8Array[] = [];
  #partBytes = 0;
  #partDocuments = 0;

  constructor({ file, write }: Output, findMessage: FindMessage) {
    // Without a position: other threads cannot write parts of the file themselves.
    this.output = { ...(file !== undefined && { file }), write };
    this.#findMessage = findMessage;
  }

  /** @throws {CommandFailure} if the file already has documents of another type. */
  async begin(type: string): Promise<void> {
    if (this.#file !== undefined) {
      const { desc } = this.#file;
      if (desc.typeName !== type) {
        throw new CommandFailure(
          `a Parquet file has documents of one type, but these inputs have ${desc.typeName} and ${type}; pack them into several files`,
          { exitCode: ExitCode.usage },
        );
      }
      return;
    }
    const desc = await this.#findMessage(type);
    const kernel = new ColumnKernel(planRows(desc));
    const version = readVersion();
    const writer = new ParquetWriter({ type, columns: kernel.columns, version });
    this.#file = { desc, kernel, writer };
    await this.#write([writer.start()]);
  }

  async add(document: readonly Uint8Array[]): Promise<void> {
    for (const part of document) {
      this.#parts.push(part.slice());
      this.#partBytes += part.length;
    }
    this.#partDocuments++;
    if (this.#partBytes >= PAGE_BYTES) {
      await this.#endPage();
    }
  }

  async addBlock({ output, pages, documents }: BlockResult): Promise<void> {
    if (pages !== undefined) {
      await this.#endPage();
      // The buffer of the output is used again.
      await this.#addRows({ rows: documents, bytes: output.slice(), pages });
    }
  }

  beforeWritten(): Promise<void> {
    throw new TypeError("no other thread writes a part of a Parquet file");
  }

  addWritten(): void {
    throw new TypeError("no other thread writes a part of a Parquet file");
  }

  async end(): Promise<void> {
    await this.#endPage();
    await this.#write(this.#opened.writer.finish());
  }

  get #opened(): OpenFile {
    if (this.#file === undefined) {
      throw new TypeError("begin was not called");
    }
    return this.#file;
  }

  async #endPage(): Promise<void> {
    if (this.#partBytes === 0) {
      return;
    }
    const { kernel } = this.#opened;
    const rows = convertAll(kernel, Buffer.concat(this.#parts), this.#partDocuments);
    this.#parts = [];
    this.#partBytes = 0;
    this.#partDocuments = 0;
    await this.#addRows(encodeRows(kernel, rows));
  }

  async #addRows(rows: EncodedRows): Promise<void> {
    await this.#write(this.#opened.writer.add(rows));
  }

  async #write(parts: readonly Uint8Array[]): Promise<void> {
    for (const part of parts) {
      this.bytes += part.length;
      await this.output.write(part);
    }
  }
}

interface OpenFile {
  readonly desc: DescMessage;
  readonly kernel: ColumnKernel;
  readonly writer: ParquetWriter;
}
