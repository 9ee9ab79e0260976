import { extname } from "node:path";
import { Option } from "commander";
import { nameOfContent } from "../files/compression.js";
import { DOCUMENT, LINES, TRANSCRIPT } from "../files/documents.js";
import { isStandardInput } from "../files/input.js";
import { peek, type Source } from "../files/source.js";

/** Options for reading the events of a transcript. */
export interface EventReadOptions<Choice extends FramingChoice> {
  readonly maxEventBytes: number;
  readonly maxDepth: number;
  readonly framing: Choice;
}

/**
 * A format of documents in a file: one document, JSON Lines, server-sent events, or one payload of an
 * event on each line.
 */
export type Format = "json" | "jsonl" | "sse" | "payloads";
/** The choice of a format; with `auto`, the file decides. */
export type FormatChoice = Format | "auto";

/** What ends an event in a transcript. */
export type Framing = "standard" | "lenient";
/** The value of `--framing`; with `auto`, the transcript decides. */
export type FramingChoice = Framing | "auto";

/** Creates `--framing`. */
export function framingOption(): Option {
  return new Option(
    "--framing <framing>",
    "what ends an event of a transcript: standard, a blank line; lenient, also the start of the next event; auto, lenient for transcripts that lost their blank lines",
  )
    .choices(["auto", "standard", "lenient"])
    .default("auto");
}

/** The help text about transcripts, for commands that read them. */
export const transcriptHelp = `
Transcripts of server-sent events (.sse):
  Each event is one document. Kept are its name, its payload (JSON as an equal
  JSON value, in archives any other text unchanged) and, if the schema has a
  field for it, its id. Comments, keep-alive lines, retry and other lines that
  are not part of an event are not kept; nor are line ends and a byte order
  mark. A transcript that breaks off keeps its incomplete last event.
  With --from payloads, each line of a file is the payload of an event without
  a name, as in many recordings of streams.
  The type is that event message of the schema which describes the first events
  best. --type chooses one.`;

/** Returns the limits for the events of a transcript. */
export function eventReadOptions(options: {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly framing: FramingChoice;
}): EventReadOptions<FramingChoice> {
  const { maxBytes, maxDepth, framing } = options;
  return { maxEventBytes: maxBytes, maxDepth: payloadDepth(maxDepth), framing };
}

/** Returns the maximum nesting of a payload; the document of an event has one more level. */
export function payloadDepth(maxDepth: number): number {
  return Math.max(1, maxDepth - 1);
}

/** A source whose format is known. */
export interface FormattedSource {
  readonly source: Source;
  readonly format: Format;
}

/** Number of bytes at the start of a file that tell its format. */
const HEAD_BYTES = 64;
/** A line of a server-sent event, after a byte order mark and blank lines. */
const TRANSCRIPT_START = /^(?:\u00ef\u00bb\u00bf)?[\r\n]*(?:event|data|id|retry)?:/;

/**
 * Finds out the format of a file by its name, or else by its first bytes.
 *
 * @param otherwise the format if it is not a transcript and its name tells nothing.
 */
export async function findFormat(
  file: string | undefined,
  source: Source,
  choice: FormatChoice,
  otherwise: Format,
): Promise<FormattedSource> {
  const named = choice === "auto" ? formatOfName(file && nameOfContent(file)) : choice;
  if (named !== undefined) {
    return { source, format: named };
  }
  const { head, source: whole } = await peek(source, HEAD_BYTES);
  return { source: whole, format: isTranscriptStart(head) ? "sse" : otherwise };
}

/** Returns whether text starts like a transcript; no JSON does. */
export function isTranscriptStart(text: Uint8Array): boolean {
  return TRANSCRIPT_START.test(Buffer.from(text.subarray(0, HEAD_BYTES)).toString("latin1"));
}

/** Returns the format that the name of a file tells; undefined for standard input and others. */
export function formatOfName(file: string | undefined): Format | undefined {
  const extension = isStandardInput(file) ? "" : extname(file);
  if (extension === TRANSCRIPT) {
    return "sse";
  }
  if (LINES.includes(extension)) {
    return "jsonl";
  }
  return extension === DOCUMENT ? "json" : undefined;
}
