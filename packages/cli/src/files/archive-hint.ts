import { archiveSizeAt } from "@stepwire/wire";

/** Returns whether bytes are documents with their sizes, up to the last byte. */
export function isArchive(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length) {
    const { size, start } = archiveSizeAt(bytes, at);
    if (size === 0) {
      return false;
    }
    at = start + size;
  }
  return bytes.length > 0 && at === bytes.length;
}

/** Returns a line about an archive that was given to a command for one message. */
export function archiveHint(name: string): string {
  return `${name}: this may be an archive of stepwire pack; stepwire unpack takes it`;
}
