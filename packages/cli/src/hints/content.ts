import { compressionOf } from "../files/compression.js";
import { isTranscriptStart } from "../transcript/options.js";

/** What an input is, as far as its bytes tell. */
export type Content =
  | { readonly kind: "empty" | "byte-order-mark" | "html" | "transcript" | "binary" | "text" }
  /** Text in an encoding other than UTF-8; `charset` is its name for `iconv`. */
  | { readonly kind: "other-encoding"; readonly charset: string }
  /** A compression that only other programs undo. */
  | { readonly kind: "compressed"; readonly format: string; readonly program: string }
  /** One JSON object. */
  | { readonly kind: "object"; readonly value: object }
  /** One JSON array, of `count` elements. */
  | { readonly kind: "array"; readonly count: number }
  /** One JSON object on each of `count` lines; the last line may be cut off. */
  | { readonly kind: "lines"; readonly count: number }
  /** Text that begins like JSON but is not JSON. */
  | { readonly kind: "broken-json" };

/** Maximum size of an input that is examined, in bytes. */
export const EXAMINED_BYTES: number = 16 * 1024 * 1024;

const BYTE_ORDER_MARK = "efbbbf";

/** Byte order marks, the longest first, as hexadecimal digits. */
const encodings: readonly (readonly [start: RegExp, charset: string])[] = [
  [/^fffe0000|^0000feff/, "UTF-32"],
  [/^fffe|^feff/, "UTF-16"],
  // The first two characters of JSON, without a mark.
  [/^[57]b00(?:0[ad]|[2-7][0-9a-f])00/, "UTF-16LE"],
  [/^00[57]b00(?:0[ad]|[2-7][0-9a-f])/, "UTF-16BE"],
];

const compressions: readonly (readonly [start: RegExp, format: string, program: string])[] = [
  [/^fd377a585a00/, "xz", "xz -dc"],
  [/^425a68/, "bzip2", "bzip2 -dc"],
  [/^04224d18/, "lz4", "lz4 -dc"],
  [/^5[0-9a-f]2a4d18/, "zstd", "zstd -dc"],
  [/^504b0304/, "ZIP", "unzip -p"],
];

/** Examines an input. Only its start is examined if it is very large. */
export function identify(bytes: Uint8Array): Content {
  const head = Buffer.from(bytes.subarray(0, 8)).toString("hex");
  if (head === "") {
    return { kind: "empty" };
  }
  if (head.startsWith(BYTE_ORDER_MARK)) {
    return { kind: "byte-order-mark" };
  }
  const [, charset] = encodings.find(([start]) => start.test(head)) ?? [];
  if (charset !== undefined && bytes.length % 2 === 0) {
    return { kind: "other-encoding", charset };
  }
  const [, format, program] = compressions.find(([start]) => start.test(head)) ?? [];
  if (format !== undefined && program !== undefined) {
    return { kind: "compressed", format, program };
  }
  const text = readText(bytes);
  return text === undefined || compressionOf(bytes) !== undefined
    ? { kind: "binary" }
    : identifyText(bytes, text);
}

/** Characters that no text has. */
const controlCharacters = /(?![\t\n\r])\p{Cc}/u;

/** Returns the text of the bytes; undefined if they are not text. */
function readText(bytes: Uint8Array): string | undefined {
  const examined = bytes.subarray(0, EXAMINED_BYTES);
  try {
    // The end of what is examined, or of a file that was cut off, may be within a character.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(examined, { stream: true });
    return controlCharacters.test(text.slice(0, 4096)) ? undefined : text;
  } catch {
    return undefined;
  }
}

function identifyText(bytes: Uint8Array, text: string): Content {
  if (isTranscriptStart(bytes)) {
    return { kind: "transcript" };
  }
  const start = text.trimStart();
  if (start.startsWith("<")) {
    return { kind: "html" };
  }
  if (!/^[[{]/.test(start)) {
    return { kind: "text" };
  }
  const value = parse(text);
  if (Array.isArray(value)) {
    return { kind: "array", count: value.length };
  }
  if (value !== undefined) {
    return { kind: "object", value };
  }
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const [first, second] = lines;
  return second?.trimStart().startsWith("{") && parse(first ?? "") !== undefined
    ? { kind: "lines", count: lines.length }
    : { kind: "broken-json" };
}

/** Returns an object or array; undefined if the text is not JSON of such a value. */
function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
