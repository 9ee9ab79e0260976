import type { Mode } from "@stepwire/openai-json";
import { decodeEventsToBinary, EventStreamError, type Skipped } from "@stepwire/openai-sse";
import { archiveSizePrefix, documentPrefix } from "@stepwire/wire";
import type { Tally } from "../commands/tally.js";
import { chunksOf, type Source } from "../files/source.js";
import type { EventTypes } from "../schema/event-types.js";
import { chooseReading } from "./choose-reading.js";
import type { EventReadOptions, FramingChoice } from "./options.js";
import { explainEvent } from "./refusal.js";
import { Rereadable } from "./rereadable.js";

/** Options for packing a transcript. */
export interface PackTranscriptOptions {
  readonly types: EventTypes;
  /** Full name of the message that each document of the archive is an instance of. */
  readonly documentType: string;
  readonly mode: Mode;
  readonly reading: EventReadOptions<FramingChoice>;
  /** Called for each part of the transcript that is not packed. */
  readonly onSkipped: (skipped: Skipped) => void;
}

/**
 * Adds the events of a transcript to an archive. Events that are refused are reported to the tally,
 * which may skip them. An event that ends the transcript early is reported too, and the events
 * before it are kept.
 */
export async function packTranscript(
  source: Source,
  tally: Tally,
  { types, documentType, mode, reading, onSkipped }: PackTranscriptOptions,
): Promise<void> {
  const refuse = (error: EventStreamError): void =>
    tally.refuse([explainEvent(error, source.name, reading.maxEventBytes)]);
  const chunks = new Rereadable(counted(chunksOf(source), tally));
  const { type, options: chosen } = await chooseReading(types, chunks, reading);
  const { schema, arm } = type;
  await tally.packed.begin(documentType);
  const options = { ...chosen, mode, onSkipped, onRefused: refuse };
  try {
    for await (const event of decodeEventsToBinary(schema, chunks.read(), options)) {
      const prefix = arm === undefined ? undefined : documentPrefix(arm, event.length);
      const size = archiveSizePrefix((prefix?.length ?? 0) + event.length);
      await tally.packed.add([size, ...(prefix === undefined ? [] : [prefix]), event]);
      tally.documents++;
    }
  } catch (error) {
    if (!(error instanceof EventStreamError)) {
      throw error;
    }
    refuse(error);
  }
}

/** Counts the bytes of a transcript when they are read. */
async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  tally: Tally,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) {
    tally.textBytes += chunk.length;
    yield chunk;
  }
}
