import { type FileHandle, open } from "node:fs/promises";
import { abortable } from "../io.js";

/**
 * Opens a file that may be a named pipe, for which the system waits until another program
 * opens the other side.
 *
 * @throws the reason of the signal as soon as it is aborted.
 */
export async function openAbortably(
  path: string,
  flags: number,
  signal: AbortSignal,
): Promise<FileHandle> {
  const opening = open(path, flags);
  try {
    return await abortable(opening, signal);
  } catch (error) {
    opening.then((handle) => handle.close()).catch(() => {});
    throw error;
  }
}
