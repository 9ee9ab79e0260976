import { OPENING_BRACE } from "./characters";
import { NOT_AN_OBJECT, NOT_JSON } from "./codes";
import { KIND_INLINE, MESSAGE_KIND, TABLE_ROOT } from "./layout";
import { fail } from "./state";
import { readInline } from "./to-binary-field";
import { readObject } from "./to-binary-object";
import { scanValue, skipSpace } from "./tokens";
import { isUtf8 } from "./utf8";

/** Reads a JSON document. A zero byte must follow it at `end`. Returns false if it is refused. */
export function readDocument(from: usize, end: usize): bool {
  if (!isUtf8(from, end)) {
    fail(NOT_JSON, from);
    return false;
  }
  let at = skipSpace(from);
  if (load<u8>(at) !== OPENING_BRACE) {
    if (scanValue(at)) {
      fail(NOT_AN_OBJECT, at);
    }
    return false;
  }
  const root: usize = load<u32>(TABLE_ROOT);
  at =
    load<u32>(root, MESSAGE_KIND) === KIND_INLINE ? readInline(at, root) : readObject(at, root, 0);
  if (!at) {
    return false;
  }
  at = skipSpace(at);
  if (at !== end) {
    fail(NOT_JSON, at);
    return false;
  }
  return true;
}
