import { NOT_UTF8 } from "./error.js";
import { FrameRefusal } from "./frame.js";

/** Decodes the bytes of a stream to text. */
export interface TextReader {
  /** @throws {FrameRefusal} if the bytes are not UTF-8 and must not be replaced. */
  read(bytes: Uint8Array): string;
}

/** @param invalidUtf8 What happens to bytes that are not UTF-8. */
export function createTextReader(invalidUtf8: "refuse" | "replace"): TextReader {
  const decoder = new TextDecoder("utf-8", { fatal: invalidUtf8 === "refuse", ignoreBOM: true });
  return {
    read(bytes) {
      try {
        return decoder.decode(bytes);
      } catch {
        const expected = 'UTF-8 (invalidUtf8: "replace" lets it pass with U+FFFD)';
        throw new FrameRefusal("not_json", "", expected, NOT_UTF8);
      }
    },
  };
}

const SPACE = 0x20;
const DELETE = 0x7f;

/**
 * Returns whether bytes are printable ASCII: valid UTF-8 without line breaks or control characters.
 */
export function isPlainText(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte < SPACE || byte >= DELETE) {
      return false;
    }
  }
  return true;
}
