import {
  type NumberedEvent,
  StreamFailure,
  StreamFormatError,
  type StreamReadOptions,
  StreamWriter,
} from "@stepwire/wire";
import { readCompressedStream } from "@stepwire/wire/compressed";
import { schemaNamed } from "../schemas.js";
import type { StreamVector } from "./format.js";

/** Events to write. The end of the stream is written after them. */
export interface WrittenInput {
  readonly name: string;
  readonly schema: string;
  readonly blocks: readonly (readonly Uint8Array[])[];
  /** Number of the first event of each block; undefined if it follows the one before. */
  readonly numbers?: readonly (number | undefined)[];
}

/** The bytes of a stream to read. */
export interface StreamInput {
  readonly name: string;
  readonly stream: Uint8Array;
  readonly options?: StreamReadOptions;
  readonly encoding?: "gzip" | "zstd";
}

/** Writes the stream of a case. */
export function writeInput({ schema, blocks, numbers = [] }: WrittenInput): Uint8Array {
  const [firstNumber] = numbers;
  const writer = new StreamWriter(schemaNamed(schema), { firstNumber });
  const parts = blocks.map((block, index) => writer.write(block, numbers[index]));
  return Buffer.concat([...parts, writer.end()]);
}

/** Asks our writer and our reader what becomes of an input. */
export async function deriveStream(input: WrittenInput | StreamInput): Promise<StreamVector> {
  const isWritten = "blocks" in input;
  const stream = isWritten ? writeInput(input) : input.stream;
  const { options, encoding } = isWritten ? {} : input;
  const events: NumberedEvent[] = [];
  let reason: unknown;
  try {
    const chunks = bytesOf(stream);
    for await (const block of readCompressedStream(chunks, { ...options, encoding })) {
      events.push(...block);
    }
  } catch (thrown) {
    reason = thrown;
  }
  return {
    name: input.name,
    ...(isWritten && {
      schema: input.schema,
      blocks: input.blocks.map(({ length }) => length),
    }),
    ...(options && { options }),
    ...(encoding && { encoding }),
    stream: hex(stream),
    events: events.map(({ number, bytes }) => [number, hex(bytes)]),
    ...describe(reason, encoding !== undefined),
  };
}

function describe(reason: unknown, isCompressed: boolean): Pick<StreamVector, "error" | "failure"> {
  if (reason instanceof StreamFailure) {
    return { failure: hex(reason.detail) };
  }
  if (reason instanceof StreamFormatError) {
    const { code, offset, event } = reason;
    return { error: isCompressed ? { code } : { code, offset, event } };
  }
  if (reason !== undefined) {
    throw reason;
  }
  return {};
}

async function* bytesOf(stream: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield await Promise.resolve(stream);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
