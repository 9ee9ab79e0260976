import type { ConvertedChunk, Transcoder } from "@stepwire/transcode";
import { joinBytes } from "@stepwire/wire/internal";
import { RefusedInput, type Report } from "./converted.js";

const CHUNK_BYTES = 1 << 20;

/**
 * Converts JSON Lines to an archive, or back, in chunks.
 *
 * @throws {RefusedInput} if a document is refused.
 */
export function inChunks(
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
