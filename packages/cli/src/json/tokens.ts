/*
 * A second reader of JSON, which shares nothing with the engines: `roundtrip` judges
 * them by it. It expects text that is known to be JSON, and is simple before all.
 */

/** A piece of JSON text: punctuation, a string with its quotes, a number, or a word. */
export interface Token {
  readonly kind: "punctuation" | "string" | "number" | "word";
  readonly text: string;
}

const SPACE = /[ \t\n\r]*/y;
const PUNCTUATION = /[{}[\]:,]/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;

/** The tokens of a JSON text, without the white space between them. */
export function* tokenize(text: string): Generator<Token, void> {
  let offset = end(SPACE, text, 0) ?? 0;
  while (offset < text.length) {
    const token = readToken(text, offset);
    yield token;
    offset += token.text.length;
    offset = end(SPACE, text, offset) ?? offset;
  }
}

/** The text without white space between tokens; all else as it is spelled. */
export function minify(text: string): string {
  let minified = "";
  for (const token of tokenize(text)) {
    minified += token.text;
  }
  return minified;
}

function readToken(text: string, start: number): Token {
  if (text[start] === '"') {
    return { kind: "string", text: text.slice(start, stringEnd(text, start)) };
  }
  for (const [kind, pattern] of [
    ["punctuation", PUNCTUATION],
    ["number", NUMBER],
    ["word", WORD],
  ] as const) {
    const stop = end(pattern, text, start);
    if (stop !== undefined) {
      return { kind, text: text.slice(start, stop) };
    }
  }
  throw new SyntaxError(`not JSON at ${start}`);
}

/** Where a match that starts at the offset ends. */
function end(pattern: RegExp, text: string, start: number): number | undefined {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function stringEnd(text: string, start: number): number {
  for (let offset = start + 1; offset < text.length; offset++) {
    if (text[offset] === "\\") {
      offset++;
    } else if (text[offset] === '"') {
      return offset + 1;
    }
  }
  throw new SyntaxError(`a string without an end at ${start}`);
}
