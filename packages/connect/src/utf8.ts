import type * as NodeBuffer from "node:buffer";
import { nodeModule } from "./node-module.js";

const buffer = nodeModule<typeof NodeBuffer>("node:buffer");

/** Returns whether bytes are UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  if (buffer !== undefined) {
    // Decodes nothing.
    return buffer.isUtf8(bytes);
  }
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
