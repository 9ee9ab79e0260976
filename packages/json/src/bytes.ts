import { JsonError } from "./fault.js";

const encoder = new TextEncoder();

/** Returns how many bytes of UTF-8 a text has. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/**
 * Returns JSON as text, including a byte order mark.
 *
 * @throws {JsonError} if it has more than `maxBytes` bytes of UTF-8, or is not Unicode text.
 */
export function readText(json: string | Uint8Array, maxBytes: number): string {
  // A UTF-16 code unit is at most three bytes of UTF-8.
  const bytes =
    typeof json !== "string" || json.length * 3 <= maxBytes ? json.length : byteLength(json);
  if (bytes > maxBytes) {
    const expected = `at most ${maxBytes} bytes`;
    throw new JsonError({ code: "too_large", pointer: "", expected, found: `${bytes} bytes` });
  }
  return typeof json === "string" ? requireUnicode(json) : decodeUtf8(json);
}

function requireUnicode(text: string): string {
  if (text.isWellFormed()) {
    return text;
  }
  throw new JsonError({
    code: "not_json",
    pointer: "",
    expected: "Unicode text",
    found: "a lone surrogate outside an escape",
    offset: text.search(/\p{Surrogate}/u),
  });
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new JsonError({
      code: "not_json",
      pointer: "",
      expected: "UTF-8",
      found: "bytes that are not UTF-8",
      offset: validLength(bytes),
    });
  }
}

/** Returns how many bytes at the start are UTF-8: by halving, as errors are rare. */
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
