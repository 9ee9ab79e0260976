import type { DescMessage } from "@bufbuild/protobuf";
import { formatViolation, OpenAIJsonError, type Violation } from "@stepwire/openai-json";
import { encodeEventFromBinary, isEventMessage } from "@stepwire/openai-sse";
import { documentContent } from "@stepwire/wire";
import { joinBytes } from "@stepwire/wire/internal";
import { type MessageSpan, RefusedInput, type Report } from "../converted.js";
import { inChunks } from "../line-chunks.js";
import { describeType, documentSchema } from "../schema.js";
import { transcoderFor } from "../transcoders.js";
import type { ArchiveContent } from "./archive.js";
import {
  type Found,
  isEqual,
  type MessageOptions,
  readMessage,
  unknownBytes,
} from "./read-message.js";
import { fileOrText } from "./text.js";

/** So many documents of an archive can be chosen. */
const MOST_LABELS = 500;

/** Unknown fields are looked for up to this offset. */
const MOST_CHECKED = 1024 * 1024;

/** Larger archives are not packed again to see whether they are the same. */
const MOST_REPACKED = 4 * 1024 * 1024;

/** Reads all documents of an archive: as JSON Lines, or as a transcript if they are events. */
export async function readDocuments(
  bytes: Uint8Array<ArrayBuffer>,
  { spans, damage }: ArchiveContent,
  { schema, alternatives }: MessageOptions,
  report: Report,
): Promise<Found> {
  const common = {
    layout: "archive",
    type: describeType(schema),
    documents: spans.length,
    labels: labelsOf(bytes, spans, schema),
  } as const;
  const whole = bytes.subarray(0, spans.at(-1)?.end ?? 0);
  const isStream = isEventMessage(schema);
  const json = isStream ? toEvents(schema, whole, spans) : await toLines(schema, whole, report);
  if ("problem" in json) {
    return { kind: "unreadable", ...common, problem: json.problem };
  }
  return {
    kind: "read",
    ...common,
    alternatives,
    form: isStream ? "events" : "lines",
    text: fileOrText(json.bytes),
    unknownBytes: spans
      .filter(({ end }) => end <= MOST_CHECKED)
      .reduce((sum, { start, end }) => sum + unknownBytes(schema, bytes.subarray(start, end)), 0),
    isCanonical:
      isStream || whole.length > MOST_REPACKED
        ? undefined
        : isEqual((await transcoderFor(schema, "archive")).packLines(json.bytes).output, whole),
    ...(damage !== undefined && { damage }),
  };
}

/** Reads one document of an archive. */
export async function readArchiveDocument(
  bytes: Uint8Array<ArrayBuffer>,
  { spans, damage }: ArchiveContent,
  document: number,
  options: MessageOptions,
): Promise<Found> {
  const { start, end } = spans[document] ?? { start: 0, end: 0 };
  const found = await readMessage(bytes.subarray(start, end), options);
  return {
    ...found,
    layout: "archive",
    documents: spans.length,
    labels: labelsOf(bytes, spans, options.schema),
    ...(damage !== undefined && { damage }),
  };
}

function labelsOf(
  bytes: Uint8Array,
  spans: readonly MessageSpan[],
  schema: DescMessage,
): readonly string[] {
  return spans.slice(0, MOST_LABELS).map(({ start, end }) => {
    const document = bytes.subarray(start, end);
    const content = schema === documentSchema ? contentOf(document) : schema;
    return `${describeType(content).label}, ${end - start} bytes`;
  });
}

function contentOf(document: Uint8Array): DescMessage {
  try {
    return documentContent(documentSchema, document).schema;
  } catch {
    return documentSchema;
  }
}

type Json = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly problem: string };

async function toLines(
  schema: DescMessage,
  archive: Uint8Array<ArrayBuffer>,
  report: Report,
): Promise<Json> {
  const transcoder = await transcoderFor(schema, "archive");
  try {
    const { output } = inChunks(transcoder, "unpackLines", archive, "Converting to JSON", report);
    return { bytes: output };
  } catch (reason) {
    if (reason instanceof RefusedInput) {
      return { problem: refusal(reason.violations[0]?.document ?? 0, reason) };
    }
    throw reason;
  }
}

function toEvents(
  schema: DescMessage,
  archive: Uint8Array<ArrayBuffer>,
  spans: readonly MessageSpan[],
): Json {
  const parts: Uint8Array[] = [];
  for (const [index, { start, end }] of spans.entries()) {
    try {
      parts.push(encodeEventFromBinary(schema, archive.subarray(start, end)));
    } catch (reason) {
      if (reason instanceof OpenAIJsonError) {
        return { problem: refusal(index, reason) };
      }
      throw reason;
    }
  }
  return { bytes: joinBytes(parts) };
}

function refusal(
  index: number,
  { violations: [violation] }: { readonly violations: readonly Violation[] },
): string {
  const reason = violation === undefined ? "it is malformed" : formatViolation(violation);
  return `Document ${index + 1} cannot be read: ${reason}. Choose another document, or another type.`;
}
