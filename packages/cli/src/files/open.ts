import { type FileHandle, open } from "node:fs/promises";
import { abortable } from "../io.js";

/**
 * Opens a file. For a named pipe, the system waits until another program opens its other end.
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
