import { extname } from "node:path";
import { Option } from "commander";
import { LINES, TRANSCRIPT } from "../files/documents.js";
import { isStandardInput } from "../files/input.js";
import { peek, type Source } from "../files/source.js";

/** Options for reading the events of a transcript. */
export interface EventReadOptions {
  readonly maxEventBytes: number;
  readonly maxDepth: number;
  readonly framing: Framing;
}

/** A format of documents in a file: JSON Lines, or server-sent events. */
export type Format = "jsonl" | "sse";
/** The value of `--format` for the format that the file decides. */
export type FormatChoice = Format | "auto";

/** What ends an event in a transcript. */
export type Framing = "standard" | "lenient";

/** Creates `--format`. */
export function formatOption(description: string): Option {
  return new Option("--format <format>", description)
    .choices(["auto", "jsonl", "sse"])
    .default("auto");
}

/** Creates `--framing`. */
export function framingOption(): Option {
  return new Option(
    "--framing <framing>",
    "what ends an event: standard, a blank line; lenient, also the next line event:",
  )
    .choices(["standard", "lenient"])
    .default("standard");
}

/** The help text about transcripts, for commands that read them. */
export const transcriptHelp = `
Transcripts of server-sent events (.sse):
  Each event is one document. Kept are its name, its payload (JSON as an equal
  JSON value, in archives any other text unchanged) and, if the schema has a
  field for it, its id. Comments, keep-alive lines, retry and other lines that
  are not part of an event are not kept; nor are line ends and a byte order
  mark. A transcript that breaks off keeps its incomplete last event.
  The schema decides the type: the event message that describes the first
  events best. --type chooses one.`;

/** Returns the limits for the events of a transcript. */
export function eventReadOptions(options: {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly framing: Framing;
}): EventReadOptions {
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

/** Finds out the format of a file by its name, or else by its first bytes. */
export async function findFormat(
  file: string | undefined,
  source: Source,
  choice: FormatChoice,
): Promise<FormattedSource> {
  const named = choice === "auto" ? formatOfName(file) : choice;
  if (named !== undefined) {
    return { source, format: named };
  }
  const { head, source: whole } = await peek(source, HEAD_BYTES);
  const start = Buffer.from(head).toString("latin1");
  return { source: whole, format: TRANSCRIPT_START.test(start) ? "sse" : "jsonl" };
}

/** Returns the format that the name of a file tells; undefined for standard input and others. */
export function formatOfName(file: string | undefined): Format | undefined {
  if (isStandardInput(file)) {
    return undefined;
  }
  const extension = extname(file);
  if (extension === TRANSCRIPT) {
    return "sse";
  }
  return LINES.includes(extension) ? "jsonl" : undefined;
}
