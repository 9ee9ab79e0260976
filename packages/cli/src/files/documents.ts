import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { CommandFailure } from "../failure.js";
import { fileWord } from "../hints/shell-word.js";
import type { CommandIO } from "../io.js";
import { remark } from "../report.js";
import { counted } from "../terminal/quantity.js";
import { nameOfContent } from "./compression.js";
import { readUpTo } from "./input.js";
import { inputFailure } from "./input-failure.js";
import { chunksOf, type Source } from "./source.js";

/** A JSON document, from a file or from one line of a file. */
export interface SourceDocument {
  readonly name: string;
  readonly line?: number;
  /** The JSON text; absent if it is larger than the limit. */
  readonly json?: Uint8Array;
}

/** Ending of files that are one JSON document. */
export const DOCUMENT = ".json";
/** Endings of files with one JSON document per line. */
export const LINES: readonly string[] = [".jsonl", ".ndjson"];
/** Ending of files with server-sent events. */
export const TRANSCRIPT = ".sse";
/** Endings of files with any number of documents. */
export const SEQUENCES: readonly string[] = [...LINES, TRANSCRIPT];
/** Endings of all files with documents. */
export const DOCUMENTS: readonly string[] = [DOCUMENT, ...SEQUENCES];

/**
 * Replaces folders by the files in them and in their folders, ordered by name.
 *
 * @param extensions the endings of the files; compressed files have another ending after it.
 */
export async function expandFolders(
  files: readonly string[],
  extensions: readonly string[],
  io: CommandIO,
): Promise<string[]> {
  const expanded: string[] = [];
  for (const file of files) {
    // A folder may have more files than a function call can have arguments.
    for (const found of file === "-" ? [file] : await expand(file, extensions, io)) {
      expanded.push(found);
    }
  }
  return expanded;
}

async function expand(
  file: string,
  extensions: readonly string[],
  io: CommandIO,
): Promise<string[]> {
  const path = resolve(io.directory, file);
  let entries: Dirent[];
  try {
    if (!(await stat(path)).isDirectory()) {
      return [file];
    }
    entries = await readdir(path, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw await inputFailure(file, error, io);
  }
  const files = entries.filter((entry) => entry.isFile());
  const endingOf = ({ name }: Dirent): string => extname(nameOfContent(name));
  const found = files
    .filter((entry) => extensions.includes(endingOf(entry)))
    .map((entry) => join(file, join(entry.parentPath, entry.name).slice(path.length)));
  const others = files.filter(({ name }) => extname(name) === DOCUMENT).length;
  const isLeftOut = others > 0 && !extensions.includes(DOCUMENT);
  if (found.length === 0) {
    const list = `${extensions.slice(0, -1).join(", ")} or ${extensions.at(-1)}`;
    const advice = isLeftOut ? adviseOnDocuments(file, others) : [];
    throw new CommandFailure([`${file}: has no ${list} file`, ...advice].join("\n"));
  }
  if (isLeftOut) {
    const left = `${counted(others, "file")} with the ending ${DOCUMENT}`;
    remark(io, `${file}: ${left} left out, because one line is one document`);
  }
  return found.sort();
}

/** Returns lines with a command line that packs a folder of files with one document each. */
function adviseOnDocuments(folder: string, count: number): string[] {
  const found = `${folder}: has ${counted(count, "file")} with the ending ${DOCUMENT}; pack reads one document on each line`;
  const find = `find ${fileWord(folder)} -name '*${DOCUMENT}' -exec sh -c 'tr -d "\\r\\n" < "$1"; echo' sh {} \\;`;
  const name = basename(folder);
  const archive = /^\.*$/.test(name) ? "out.archive" : `${name}.archive`;
  return [found, `try: ${find} | stepwire pack -o ${fileWord(archive)}`];
}

/** Reads a source that is one document. */
export async function readDocument(source: Source, maxBytes: number): Promise<SourceDocument> {
  const json = await readUpTo(chunksOf(source), maxBytes);
  return { name: source.name, ...(json && { json }) };
}

const BLANKS = new Set([0x09, 0x0d, 0x20]);

/** Returns whether a line is blank; it may contain the CR of a CRLF. */
export function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => BLANKS.has(byte));
}
