import { decodeBase64, decodedLength } from "./base64";
import { QUOTE } from "./characters";
import { NOT_REPRESENTABLE } from "./codes";
import { FIELD_FLAGS, FLAG_IMPLICIT } from "./layout";
import { unescapeString } from "./names";
import { misfit, out, setOut, setTop, take, top } from "./state";
import { mistype } from "./to-binary-value";
import { scanString, stringEscaped, stringLone } from "./tokens";
import { writeTag, writeVarint } from "./writer";

/** Unescaping may write, and scans may read, this many bytes after a text. */
const TEXT_SLACK: usize = 128;

/**
 * Reads a string in base64 into a field of bytes. Returns the offset after it; 0 if it does not
 * fit.
 */
export function readBytes(from: usize, field: usize): usize {
  if (load<u8>(from) !== QUOTE) {
    return mistype(from);
  }
  const end = scanString(from);
  if (!end) {
    return 0;
  }
  const scratch = top;
  let text = from + 1;
  let textEnd = end - 1;
  if (stringEscaped) {
    if (stringLone) {
      return misfit(NOT_REPRESENTABLE, from);
    }
    // Base64 contains slashes, which JSON may escape.
    const plain = take(end - from + TEXT_SLACK);
    if (!plain) {
      return 0;
    }
    textEnd = unescapeString(plain, text, textEnd);
    text = plain;
  }
  const isWritten = text !== textEnd || !(load<u8>(field, FIELD_FLAGS) & FLAG_IMPLICIT);
  if (isWritten && !writeDecoded(text, textEnd, field)) {
    return misfit(NOT_REPRESENTABLE, from);
  }
  setTop(scratch);
  return end;
}

function writeDecoded(text: usize, end: usize, field: usize): bool {
  if ((end - text) & 3) {
    return false;
  }
  const length = decodedLength(text, end);
  writeTag(field);
  writeVarint(length);
  const start = out;
  setOut(start + length);
  return decodeBase64(text, end, start);
}
