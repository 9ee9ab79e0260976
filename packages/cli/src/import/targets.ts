import { mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { errorCode, fileFailure } from "../failure.js";
import { withOutput } from "../files/output.js";
import type { CommandIO } from "../io.js";

/** A file of the result. */
export interface Target {
  /** The path below the output folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** The output folder of an import. */
export class Targets {
  readonly #folder: string;
  readonly #io: CommandIO;

  constructor(folder: string, io: CommandIO) {
    this.#folder = folder;
    this.#io = io;
  }

  /** Returns the name of a file, as messages have it. */
  nameOf(path: string): string {
    return join(this.#folder, path);
  }

  /** Reads a file; returns undefined if there is none. */
  async read(path: string): Promise<string | undefined> {
    const name = this.nameOf(path);
    const { directory, signal } = this.#io;
    try {
      return await readFile(resolve(directory, name), { encoding: "utf8", signal });
    } catch (error) {
      signal.throwIfAborted();
      if (errorCode(error) === "ENOENT") {
        return undefined;
      }
      throw fileFailure(name, error);
    }
  }

  /** Returns the files that are not on disk as they are here. */
  async differing(files: readonly Target[]): Promise<Target[]> {
    const differing: Target[] = [];
    for (const file of files) {
      if ((await this.read(file.path)) !== file.text) {
        differing.push(file);
      }
    }
    return differing;
  }

  /**
   * Returns the names of `.proto` files that an earlier import wrote into the same folders, and that
   * this one does not write.
   *
   * @param isGenerated whether a text is that of a file that an import wrote.
   */
  async outdated(
    files: readonly Target[],
    isGenerated: (text: string) => boolean,
  ): Promise<string[]> {
    const current = new Set(files.map(({ path }) => path));
    const outdated: string[] = [];
    for (const folder of new Set(files.map(({ path }) => dirname(path)))) {
      for (const path of await this.#protosIn(folder)) {
        if (!current.has(path) && isGenerated((await this.read(path)) ?? "")) {
          outdated.push(this.nameOf(path));
        }
      }
    }
    return outdated;
  }

  async #protosIn(folder: string): Promise<string[]> {
    const name = this.nameOf(folder);
    try {
      const entries = await readdir(resolve(this.#io.directory, name));
      const protos = entries.filter((entry) => entry.endsWith(".proto"));
      return protos.sort().map((entry) => `${folder}/${entry}`);
    } catch (error) {
      if (errorCode(error) === "ENOENT") {
        return [];
      }
      throw fileFailure(name, error);
    }
  }

  /** Writes files, each completely or not at all. Creates their folders. */
  async write(files: readonly Target[]): Promise<void> {
    for (const { path, text } of files) {
      const name = this.nameOf(path);
      try {
        await makeFolder(resolve(this.#io.directory, dirname(name)));
      } catch (error) {
        throw fileFailure(dirname(name), error);
      }
      await withOutput(name, "text", this.#io, (output) => output.write(Buffer.from(text)));
    }
  }
}

/**
 * Creates a folder and those around it. With `recursive`, Node's `mkdir` never ends in a folder where
 * nothing can be created, such as /proc.
 */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errorCode(error) === "EEXIST") {
      return;
    }
    if (errorCode(error) !== "ENOENT" || dirname(path) === path) {
      throw error;
    }
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}
