/*
 * Checks in milliseconds whether generated files are up to date: a stamp file contains a hash of
 * all inputs and a hash of the outputs.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Generated files and their inputs. Paths use slashes and are relative to the root. */
export interface Generated {
  /** The root of the workspace. */
  readonly root: string;
  /** The file name of the stamp. */
  readonly name: string;
  /** Files and folders that the outputs depend on, including the compiler and the build script. */
  readonly inputs: readonly string[];
  /** Folders below the inputs that are ignored. */
  readonly except?: readonly string[];
  /** The files that are written. */
  readonly outputs: readonly string[];
}

/** Returns whether the outputs exist, are unmodified, and were made from the current inputs. */
export function isFresh(generated: Generated): boolean {
  const stamp = readIfPresent(stampFile(generated))?.toString();
  return stamp !== undefined && stamp === stampOf(hashInputs(generated), generated);
}

/**
 * Runs the build unless the outputs are fresh. Returns whether it ran.
 *
 * Processes that build at the same time repeat the work, but do no harm: outputs are replaced as a
 * whole by {@link replaceFile}, and the stamp is written last. The stamp contains the hash of the
 * inputs from before the build, so that a change during the build is noticed the next time. It also
 * contains the hash of the outputs, so that the outputs of one process never match the stamp of
 * another.
 */
export async function ensureFresh(
  generated: Generated,
  build: () => Promise<void> | void,
): Promise<boolean> {
  if (isFresh(generated)) {
    return false;
  }
  const inputs = hashInputs(generated);
  await build();
  replaceFile(stampFile(generated), stampOf(inputs, generated));
  return true;
}

/** Writes a file atomically: readers see either its old or its new content. */
export function replaceFile(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function stampFile({ root, name }: Generated): string {
  return join(root, "node_modules/.cache/stepwire", name);
}

function stampOf(inputs: string, { root, outputs }: Generated): string {
  return `${inputs} ${hash(root, outputs)}\n`;
}

function hashInputs({ root, inputs, except = [] }: Generated): string {
  return hash(
    root,
    inputs.flatMap((path) => filesIn(root, path, except)),
  );
}

/** Returns the path if it is a file, or the files below it, sorted, if it is a folder. */
function filesIn(root: string, path: string, except: readonly string[]): string[] {
  if (except.includes(path)) {
    return [];
  }
  try {
    const names = readdirSync(join(root, path)).sort();
    return names.flatMap((name) => filesIn(root, `${path}/${name}`, except));
  } catch (error) {
    if (isError(error, "ENOTDIR") || isError(error, "ENOENT")) {
      return [path];
    }
    throw error;
  }
}

function hash(root: string, paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) {
    const content = readIfPresent(join(root, path));
    hash.update(JSON.stringify([path, content?.length ?? null]));
    hash.update(content ?? "");
  }
  return hash.digest("hex");
}

function readIfPresent(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (isError(error, "ENOENT")) {
      return undefined;
    }
    throw error;
  }
}

function isError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
