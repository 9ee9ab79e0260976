import type { DescMessage } from "@bufbuild/protobuf";
import { EventStreamError, encodeEventFromBinary } from "@stepwire/openai-sse";
import { type ArchivedDocument, type ArchiveReadOptions, readArchive } from "@stepwire/wire";
import type { DocumentRange } from "../archive/document-range.js";
import { chunksOf, type Source } from "../files/source.js";
import { formatProblem } from "../problem.js";
import { describeBinary, describeViolations } from "../refusal.js";
import { archivedEvent, type EventTypes } from "../schema/event-types.js";
import type { Model } from "../schema/model.js";
import { payloadLine } from "./payload-lines.js";

/** What a document of an archive is. */
export interface EventContent {
  /** The message that the document is an instance of. */
  readonly schema: DescMessage;
  readonly types: EventTypes;
}

/** Options for writing the events of an archive as a transcript. */
export interface UnpackTranscriptOptions {
  readonly model: Model;
  /** Returns what a document is an instance of. */
  readonly contentOf: (document: ArchivedDocument) => EventContent;
  readonly reading: ArchiveReadOptions;
  /** The documents to read. */
  readonly documents: DocumentRange;
  /** Maximum nesting of a payload. */
  readonly maxDepth: number;
  /** Whether only the payload of each event is written, on one line. */
  readonly asPayloads: boolean;
}

/** A document of an archive: an event as text, or the lines that explain why it is refused. */
export type UnpackedEvent =
  | { readonly text: Uint8Array }
  | { readonly problems: readonly string[] };

/**
 * Reads the documents of an archive as server-sent events.
 *
 * @throws {ArchiveError} after the last complete document if the archive is damaged.
 */
export async function* unpackTranscript(
  source: Source,
  options: UnpackTranscriptOptions,
): AsyncGenerator<UnpackedEvent, void> {
  const { reading, documents } = options;
  for await (const document of readArchive(chunksOf(source), reading)) {
    if (document.number > documents.last) {
      return;
    }
    if (document.number >= documents.first) {
      yield await unpackEvent(document, source.name, options);
    }
  }
}

async function unpackEvent(
  document: ArchivedDocument,
  archive: string,
  { model, contentOf, maxDepth, asPayloads }: UnpackTranscriptOptions,
): Promise<UnpackedEvent> {
  const { number, offset, isCompressed, bytes } = document;
  const { schema, types } = contentOf(document);
  const place = isCompressed ? `in the block at offset ${offset}` : `at offset ${offset}`;
  const name = `${archive}: document ${number} ${place}`;
  const event = archivedEvent(schema, types, bytes);
  if (event === undefined || !("binary" in event)) {
    const type = event === undefined ? "an object of an unknown type" : `a ${model.nameOf(event)}`;
    const problem = `${name}: is ${type}, not an event; --to jsonl writes it as JSON`;
    return { problems: [problem] };
  }
  try {
    const text = encodeEventFromBinary(event.schema, event.binary, { maxDepth });
    const line = asPayloads ? await payloadLine(event.schema, text, maxDepth) : { text };
    return "text" in line
      ? line
      : { problems: [`${name}: ${line.problem}; --to sse writes the whole event`] };
  } catch (error) {
    if (!(error instanceof EventStreamError)) {
      throw error;
    }
    const { violations } = error;
    const problems =
      describeBinary(violations, event.schema, event.binary) ??
      describeViolations(violations, undefined);
    return { problems: problems.map((problem) => formatProblem(problem, { name })) };
  }
}
