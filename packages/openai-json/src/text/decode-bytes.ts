import { Refusal } from "../refusal.js";

/**
 * The text that UTF-8 bytes stand for, a byte order mark included.
 *
 * @throws {Refusal} if they are not UTF-8, with the offset of the first bad byte.
 */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refusal({
      code: "not_json",
      pointer: "",
      path: "",
      expected: "UTF-8",
      found: "bytes that are not UTF-8",
      offset: validLength(bytes),
    });
  }
}

/** How many bytes at the start are UTF-8: by halving, as errors are rare. */
function validLength(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length;
  while (valid < invalid) {
    const middle = Math.ceil((valid + invalid) / 2);
    try {
      // With `stream`, a character that is cut off at the end is no error.
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, middle), {
        stream: true,
      });
      valid = middle;
    } catch {
      invalid = middle - 1;
    }
  }
  return valid;
}
