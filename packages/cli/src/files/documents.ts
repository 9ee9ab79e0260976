import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { CommandFailure } from "../failure.js";
import type { CommandIO } from "../io.js";
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
  const found = entries
    .filter((entry) => entry.isFile() && extensions.includes(extname(nameOfContent(entry.name))))
    .map((entry) => join(file, join(entry.parentPath, entry.name).slice(path.length)));
  if (found.length === 0) {
    const list = `${extensions.slice(0, -1).join(", ")} or ${extensions.at(-1)}`;
    throw new CommandFailure(`${file}: has no ${list} file`);
  }
  return found.sort();
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
