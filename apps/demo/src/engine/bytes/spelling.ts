import type { Spelling } from "../../model/bytes.js";

/** Spellings of bytes as text. */
export type TextSpelling = Exclude<Spelling, "binary">;

/** Shorter texts are more likely to be words. */
const FEWEST_DIGITS = 8;

/** How `xxd` and `hexdump -C` print a line: an offset, bytes, and the bytes as text. */
const DUMP_LINE =
  /^[0-9a-f]{6,8}:? +((?:[0-9a-f]{2,4} {1,2})*[0-9a-f]{2,4}) *(?: {2,}.*| \|.*\|)?$/i;

/** What programs put between, before or around hexadecimal digits. */
const HEX_DECORATION = /0x|\\x|[\s,:;-]/gi;

/** Returns how a text spells bytes; undefined if it does not look like bytes. */
export function detectSpelling(text: string): TextSpelling | undefined {
  if (hexDigits(text).length >= FEWEST_DIGITS) {
    return "hex";
  }
  return base64Digits(text).length >= FEWEST_DIGITS ? "base64" : undefined;
}

/** Returns the bytes that a text spells; undefined if it does not spell any. */
export function readSpelling(
  text: string,
  spelling: TextSpelling,
): Uint8Array<ArrayBuffer> | undefined {
  const digits = spelling === "hex" ? hexDigits(text) : base64Digits(text);
  if (digits === "") {
    return undefined;
  }
  return spelling === "hex" ? fromHex(digits) : fromBase64(digits);
}

/** Returns the hexadecimal digits of a text; empty if it contains anything else. */
function hexDigits(text: string): string {
  const lines = text.trim().split(/\r?\n/);
  const isDump = lines.every((line) => DUMP_LINE.test(line) || /^[0-9a-f]{6,8}$|^\*$/i.test(line));
  const plain =
    isDump && /[: ]/.test(lines[0] ?? "")
      ? lines.map((line) => DUMP_LINE.exec(line)?.[1] ?? "").join("")
      : text;
  const digits = unquoted(plain).replaceAll(HEX_DECORATION, "");
  return /^(?:[0-9a-f]{2})+$/i.test(digits) ? digits : "";
}

/** Returns the digits of base64 or base64url, in base64; empty if the text contains anything else. */
function base64Digits(text: string): string {
  const digits = unquoted(text)
    .replace(/^data:[\w/+.-]*;base64,/, "")
    .replaceAll(/\s/g, "")
    .replace(/={1,2}$/, "")
    .replaceAll("-", "+")
    .replaceAll("_", "/");
  return /^[A-Za-z0-9+/]+$/.test(digits) && digits.length % 4 !== 1 ? digits : "";
}

/** Returns a text without the quotes around it. */
function unquoted(text: string): string {
  const trimmed = text.trim();
  return /^(["'`]).*\1$/s.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
}

function fromHex(digits: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes;
}

function fromBase64(digits: string): Uint8Array<ArrayBuffer> {
  const characters = atob(digits);
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = characters.charCodeAt(index);
  }
  return bytes;
}
