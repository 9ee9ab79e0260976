import { type NumberedEvent, StreamReader, type StreamReadOptions } from "./reader.js";

/**
 * Reads a stream that is not compressed. Yields the events that have arrived together, in blocks.
 * Leaving the loop cancels the source.
 *
 * @param chunks The stream in chunks of any size. The next chunk is requested after all events of the
 *   chunks before were taken.
 * @throws {StreamFormatError} after the last event, if the stream is malformed or exceeds a limit.
 * @throws {StreamFailure} after the last event, if the writer reported a failure.
 */
export async function* readEventStream(
  chunks: AsyncIterable<Uint8Array>,
  options: StreamReadOptions = {},
): AsyncGenerator<readonly NumberedEvent[], void> {
  const reader = new StreamReader(options);
  for await (const chunk of chunks) {
    reader.push(chunk);
    yield* readBlocks(reader);
  }
  reader.finish();
}

/** Yields the blocks of events that a reader has. */
export function* readBlocks(reader: StreamReader): Generator<readonly NumberedEvent[], void> {
  for (;;) {
    const block = reader.nextBlock();
    if (block.length === 0) {
      return;
    }
    yield block;
  }
}
