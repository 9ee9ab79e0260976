import type { DescMessage } from "@bufbuild/protobuf";
import type {
  BytesChoice,
  BytesReading,
  GivenBytes,
  Layout,
  UnreadableBytes,
} from "../../model/bytes.js";
import type { Report } from "../converted.js";
import { describeType, schemaNamed } from "../schema.js";
import {
  type ArchiveContent,
  findDocuments,
  isDocumentsOnly,
  type OpenedArchive,
  openArchive,
} from "./archive.js";
import { HEAD_BYTES, isAscii, isDocumentText } from "./content.js";
import { decompress, detectCompression, MAXIMUM_SIZE } from "./decompress.js";
import { DecompressionError } from "./decompression-error.js";
import { allSchemas, compareFields, rankTypes, type TypeFit } from "./rank-types.js";
import { readArchiveDocument, readDocuments } from "./read-archive.js";
import { type Found, readMessage } from "./read-message.js";
import { detectSpelling, readSpelling } from "./spelling.js";
import { fileOrText } from "./text.js";

/** The first documents of an archive decide its type. */
const SAMPLE_DOCUMENTS = 16;

/** An archive that is larger than this, in bytes, is not tried as one message. */
const LARGE = 256 * 1024;

/** Bytes as they are to be read. */
type Content = Pick<UnreadableBytes, "size" | "compression" | "spelling"> & {
  readonly bytes: Uint8Array<ArrayBuffer>;
};

/** Reads bytes as JSON, as the reader chose or as their content suggests. */
export async function readBytes(
  given: GivenBytes,
  choice: BytesChoice,
  report: Report,
): Promise<BytesReading> {
  report({ stage: "Reading", done: 0, total: given.source.size });
  let content: Content;
  try {
    content = await readContent(given);
  } catch (reason) {
    if (reason instanceof DecompressionError) {
      const { spelling, source } = given;
      return unreadable({ size: source.size, spelling }, "message", reason.message);
    }
    throw reason;
  }
  const { bytes, ...common } = content;
  if (given.spelling === "binary" && choice.layout === undefined && choice.type === undefined) {
    if (bytes.length > 0 && isDocumentText(bytes.subarray(0, HEAD_BYTES))) {
      return { kind: "text", ...common, text: fileOrText(bytes) };
    }
  }
  if (bytes.length === 0) {
    return unreadable(common, "message", "There are no bytes. Open a file that is not empty.");
  }
  const opened = await openArchive(bytes, MAXIMUM_SIZE);
  if (opened !== undefined) {
    return { ...common, ...(await readOpened(opened, choice, report)) };
  }
  const found = await findLayout(bytes, choice);
  if (isPlainText(given, choice, bytes) && !isPerfect(found.fits[0])) {
    return { kind: "text", ...common, text: fileOrText(bytes) };
  }
  const result = await readAs(bytes, found, choice, report);
  return { ...common, ...result };
}

/** Reads an archive, whose header tells its type. */
async function readOpened(
  { bytes, type, damage }: OpenedArchive,
  choice: BytesChoice,
  report: Report,
): Promise<Found> {
  const named = allSchemas().find(({ typeName }) => typeName === type);
  const as: BytesChoice = {
    ...choice,
    layout: "archive",
    type: choice.type ?? (named && describeType(named).name),
  };
  const result = await readAs(bytes, await findLayout(bytes, as), as, report);
  return damage === undefined || result.damage !== undefined ? result : { ...result, damage };
}

function unreadable(
  common: Pick<UnreadableBytes, "size" | "compression" | "spelling">,
  layout: Layout,
  problem: string,
): UnreadableBytes {
  return { kind: "unreadable", ...common, layout, problem, documents: 0, labels: [] };
}

async function readContent({ source, spelling }: GivenBytes): Promise<Content> {
  if (source.size > MAXIMUM_SIZE) {
    throw new DecompressionError(
      `The file is larger than ${MAXIMUM_SIZE / 1024 / 1024} MiB. Use the command stepwire.`,
    );
  }
  const given = new Uint8Array(await source.arrayBuffer());
  const compression = detectCompression(given);
  const bytes = compression === undefined ? given : await decompress(given, compression);
  const spelled = spelling === "binary" ? readSpelled(bytes) : undefined;
  return {
    spelling,
    bytes,
    size: bytes.length,
    ...(compression !== undefined && { compression }),
    ...spelled,
  };
}

/** Reads a file with bytes in hexadecimal or base64. */
function readSpelled(
  bytes: Uint8Array<ArrayBuffer>,
): Pick<Content, "spelling" | "bytes" | "size"> | undefined {
  if (!isAscii(bytes.subarray(0, HEAD_BYTES))) {
    return undefined;
  }
  const text = new TextDecoder().decode(bytes);
  const spelling = detectSpelling(text);
  const spelled = spelling && readSpelling(text, spelling);
  return spelled && spelling && { spelling, bytes: spelled, size: spelled.length };
}

/** How bytes are read. */
interface FoundLayout {
  readonly layout: Layout;
  readonly archive: ArchiveContent;
  /** The types that fit best, the best first. */
  readonly fits: readonly TypeFit[];
}

async function findLayout(bytes: Uint8Array, choice: BytesChoice): Promise<FoundLayout> {
  const chosen = choice.type === undefined ? undefined : schemaNamed(choice.type);
  const schemas: readonly DescMessage[] = chosen === undefined ? allSchemas() : [chosen];
  const archive = findDocuments(bytes);
  const sample = archive.spans
    .slice(0, SAMPLE_DOCUMENTS)
    .map(({ start, end }) => bytes.subarray(start, end));
  const canBeArchive = choice.layout === "archive" || isDocumentsOnly(archive);
  const asArchive =
    choice.layout === "message" || !canBeArchive ? undefined : await rankTypes(sample, schemas);
  // To read many bytes as each type takes seconds.
  const isSure = bytes.length > LARGE && archive.damage === undefined && isPerfect(asArchive?.[0]);
  const asMessage =
    choice.layout === "archive" || isSure ? undefined : await rankTypes([bytes], schemas);
  if (asArchive !== undefined && isBetter(asArchive, asMessage, archive)) {
    return { layout: "archive", archive, fits: asArchive };
  }
  return { layout: "message", archive, fits: asMessage ?? [] };
}

/** Returns whether a file may be text, by its first bytes, though it does not start like a document. */
function isPlainText(
  { spelling }: GivenBytes,
  { layout, type }: BytesChoice,
  bytes: Uint8Array,
): boolean {
  const isDetected = spelling === "binary" && layout === undefined && type === undefined;
  return isDetected && isAscii(bytes.subarray(0, HEAD_BYTES));
}

function isPerfect(fit: TypeFit | undefined): boolean {
  return fit !== undefined && fit.problems + fit.unknownBytes + fit.oddStrings === 0;
}

/** Returns whether bytes are rather an archive than a message. */
function isBetter(
  asArchive: readonly TypeFit[],
  asMessage: readonly TypeFit[] | undefined,
  { damage }: ArchiveContent,
): boolean {
  const [archive] = asArchive;
  const [message] = asMessage ?? [];
  if (archive === undefined || message === undefined) {
    return message === undefined;
  }
  const damaged = { ...archive, problems: archive.problems + (damage === undefined ? 0 : 1) };
  const order = compareFields(damaged, message);
  return order < 0 || (order === 0 && archive.violations <= message.violations);
}

async function readAs(
  bytes: Uint8Array<ArrayBuffer>,
  { layout, archive, fits }: FoundLayout,
  { document, type }: BytesChoice,
  report: Report,
): Promise<Found> {
  const [best] = fits;
  if (best === undefined) {
    return {
      kind: "unreadable",
      layout,
      documents: 0,
      labels: [],
      problem: "There is no complete document in these bytes. Take them as one message instead.",
    };
  }
  const alternatives = fits
    .filter((fit) => fit !== best && compareFields(fit, best) === 0)
    .filter(({ violations }) => violations === best.violations)
    .map(({ schema }) => describeType(schema).name);
  const options = { schema: best.schema, alternatives, isChosen: type !== undefined };
  if (layout === "message") {
    return await readMessage(bytes, options);
  }
  return document === undefined
    ? await readDocuments(bytes, archive, options, report)
    : await readArchiveDocument(bytes, archive, document, options);
}
