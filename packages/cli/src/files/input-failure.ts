import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { CommandFailure, errorCode, fileFailure } from "../failure.js";
import { fileWord } from "../hints/shell-word.js";
import type { CommandIO } from "../io.js";

/** Maximum number of files that are compared with a misspelt name. */
const MOST_FILES = 1000;
/** Names of files that `roundtrip` and `pack` read in a folder. */
const READ_IN_FOLDERS = /\.(?:json|jsonl|ndjson|sse)(?:\.gz|\.zst)?$/;

/**
 * Creates a failure for a file that cannot be read. If it does not exist, files with a similar name
 * are suggested.
 */
export async function inputFailure(
  name: string,
  cause: unknown,
  { directory }: CommandIO,
): Promise<CommandFailure> {
  const failure = fileFailure(name, cause);
  if (errorCode(cause) !== "ENOENT") {
    return failure;
  }
  if (/[*?]/.test(name)) {
    return new CommandFailure(`${failure.message}; no file matches the pattern`, { cause });
  }
  const { suggest } = await import("../schema/suggest.js");
  const files = await list(resolve(directory, dirname(name)));
  const [meant] = suggest(basename(name), files);
  if (meant === undefined) {
    return failure;
  }
  const path = name.includes("/") ? join(dirname(name), meant) : meant;
  return new CommandFailure(`${failure.message}; did you mean ${path}?`, {
    cause,
    retry: { replace: [name, path] },
  });
}

/** Creates a failure for a folder where a file is needed. */
export async function folderFailure(
  name: string,
  { directory }: CommandIO,
): Promise<CommandFailure> {
  const files = await list(resolve(directory, name));
  const found = `${name}: is a directory; name a file in it`;
  if (files.some((file) => READ_IN_FOLDERS.test(file))) {
    return new CommandFailure(
      `${found}, or use roundtrip or pack, which read all JSON files of a directory\ntry: stepwire roundtrip ${fileWord(name)}`,
    );
  }
  const [file] = files;
  return file === undefined
    ? new CommandFailure(found)
    : new CommandFailure(found, { retry: { replace: [name, join(name, file)] } });
}

async function list(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort().slice(0, MOST_FILES);
  } catch {
    return [];
  }
}
