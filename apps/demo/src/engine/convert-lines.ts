import { compareJson } from "@stepwire/json";
import type { ConvertedChunk, Transcoder } from "@stepwire/transcode";
import { joinBytes } from "@stepwire/wire/internal";
import type { PlacedDifference } from "../model/conversion.js";
import {
  type Converted,
  type ConverterOptions,
  RefusedInput,
  type Report,
  type SourceText,
} from "./converted.js";
import { splitLines } from "./documents.js";
import { documentSchema } from "./schema.js";
import { spansOf } from "./spans.js";
import { transcoderFor } from "./transcoders.js";

const CHUNK_BYTES = 1 << 20;

/**
 * Converts a document on each line to an archive, as `stepwire pack` does, and back.
 *
 * @throws {RefusedInput} if one is refused.
 */
export async function convertLines(
  { text, bytes }: SourceText,
  { mode, schema = documentSchema }: ConverterOptions,
  report: Report,
): Promise<Converted> {
  const transcoder = await transcoderFor(schema, mode);
  const packed = inChunks(transcoder, "packLines", bytes, "Converting to binary", report);
  const unpacked = inChunks(transcoder, "unpackLines", packed.output, "Converting back", report);
  const back = new TextDecoder().decode(unpacked.output);
  return {
    schema,
    binary: packed.output,
    spans: spansOf(packed.output),
    back,
    differences: compareLines(text, back, report),
    milliseconds: { toBinary: packed.milliseconds, toJson: unpacked.milliseconds },
  };
}

function inChunks(
  transcoder: Transcoder,
  direction: "packLines" | "unpackLines",
  bytes: Uint8Array<ArrayBuffer>,
  stage: string,
  report: Report,
): { readonly output: Uint8Array<ArrayBuffer>; readonly milliseconds: number } {
  const outputs: Uint8Array<ArrayBuffer>[] = [];
  const total = bytes.length;
  let milliseconds = 0;
  let documents = 0;
  let size = CHUNK_BYTES;
  for (let position = 0; position < total; ) {
    report({ stage, done: position, total });
    const last = position + size >= total;
    const start = performance.now();
    const chunk = transcoder[direction](bytes.subarray(position, position + size), { last });
    milliseconds += performance.now() - start;
    throwIfRefused(chunk, documents);
    // A document that is larger than the chunk needs a larger one.
    size = chunk.consumed === 0 ? size * 2 : CHUNK_BYTES;
    documents += chunk.documents;
    position += last ? size : chunk.consumed;
    outputs.push(chunk.output);
  }
  return { output: joinBytes(outputs), milliseconds };
}

function throwIfRefused({ refused }: ConvertedChunk, documents: number): void {
  if (refused !== undefined) {
    const document = documents + refused.index;
    throw new RefusedInput(
      refused.error.violations.map((violation) => ({ document, ...violation })),
    );
  }
}

function compareLines(text: string, back: string, report: Report): PlacedDifference[] {
  const differences: PlacedDifference[] = [];
  const found = splitLines(back);
  let document = 0;
  for (const line of splitLines(text)) {
    const other = found.next().value;
    for (const difference of compareJson(line.text, other ? other.text : "null")) {
      differences.push({ document, ...difference });
    }
    document++;
    if (document % 1000 === 0) {
      report({ stage: "Comparing", done: line.start, total: text.length });
    }
  }
  return differences;
}
